package run.ephemeral.core.engine;

import java.util.Optional;
import run.ephemeral.core.Digest;

/// What a cluster runs for one component. The cluster itself keeps it running.
///
/// @param applied the applied digest, see [run.ephemeral.core.release.Component.Deployable#digest]
/// @param asleep whether the workload was scaled down, even if it has nothing to scale
/// @param wanted the desired number of pods
/// @param ready how many pods of the applied version are ready
/// @param older how many pods of the previous version still serve
/// @param trouble what prevents readiness, such as `exit 1 after 2 s, started 4 times`
public record Workload(
    Digest applied, boolean asleep, int wanted, int ready, int older, Optional<String> trouble) {
  public boolean isReady() {
    return !asleep && ready >= wanted;
  }
}
