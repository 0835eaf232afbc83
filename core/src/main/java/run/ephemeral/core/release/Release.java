package run.ephemeral.core.release;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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

  /// The same inputs for a commit of a fork, of which only the images are used.
  public Release ofFork(String owner, String fork) {
    var known = new HashMap<>(facts);
    known.put(ImageTags.FORK, owner);
    return new Release(mirror, fork, digest, spec, trees, seeds, known);
  }

  /// A service whose image the next push to a fork may exchange, whoever approved the commit
  /// before.
  public Optional<ComponentName> movable() {
    return spec.services().entrySet().stream()
        .filter(service -> service.getValue().image().filter(ImageTags::isMovable).isPresent())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /// The folder with this path in the app's own repository.
  SourceTree tree(String path) {
    return trees.stream()
        .filter(tree -> tree.mirror().equals(mirror) && tree.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a release without its tree " + path));
  }
}
