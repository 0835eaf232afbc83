package run.ephemeral.core.release;

import java.util.Map;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;

/// The exact, immutable inputs of an environment.
///
/// @param digest of the `ephemeral.yaml`
/// @param trees the hash of every folder that a service or test is made from, by path
/// @param seeds the hash of every database's seed
/// @param facts what `${pr.*}` says
public record Release(
    Mirror repository,
    String commit,
    Digest digest,
    AppSpec spec,
    Map<String, String> trees,
    Map<ComponentName, String> seeds,
    Map<String, String> facts) {
  public Release {
    trees = Map.copyOf(trees);
    seeds = Map.copyOf(seeds);
    facts = Map.copyOf(facts);
  }
}
