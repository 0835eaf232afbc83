package run.ephemeral.core.engine;

import java.util.Optional;
import run.ephemeral.core.Digest;

/// What a cluster runs of one component. The cluster itself keeps it running.
///
/// @param applied what it was made of, see [run.ephemeral.core.release.Component.Deployable#digest]
/// @param asleep whether it was scaled down, also where there was nothing to scale
/// @param wanted how many of its pods there should be
/// @param ready how many of them are, of what was applied
/// @param older how many pods of the version before still serve
/// @param trouble what keeps it from being ready, such as `exit 1 after 2 s, started 4 times`
public record Workload(
    Digest applied, boolean asleep, int wanted, int ready, int older, Optional<String> trouble) {
  public boolean isReady() {
    return !asleep && ready >= wanted;
  }
}
