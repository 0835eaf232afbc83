package run.ephemeral.core.release;

import java.util.Map;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;

/// The exact, immutable inputs of an environment.
///
/// @param mirror of the repository that has the `ephemeral.yaml`
/// @param digest of the `ephemeral.yaml`
/// @param trees every folder that a service, chart or test is made from
/// @param seeds the source of each database's content
/// @param facts the values of `${pr.*}`
public record Release(
    Mirror mirror,
    String commit,
    Digest digest,
    AppSpec spec,
    Set<SourceTree> trees,
    Map<ComponentName, SourceTree> seeds,
    Map<String, String> facts) {
  public Release {
    trees = Set.copyOf(trees);
    seeds = Map.copyOf(seeds);
    facts = Map.copyOf(facts);
  }

  /// The folder with this path in the app's own repository.
  SourceTree tree(String path) {
    return trees.stream()
        .filter(tree -> tree.mirror().equals(mirror) && tree.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a release without its tree " + path));
  }
}
