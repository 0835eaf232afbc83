package run.ephemeral.server;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Folders are built on this machine, and images are found in registries.
///
/// @param folders knows orders that are built, and ignores others
/// @param images knows orders that are pulled, and ignores others
record ArtifactsByKind(Artifacts folders, Artifacts images) implements Artifacts {
  @Override
  public Map<Digest, Artifact> known(Set<ArtifactOrder> orders) {
    var known = new HashMap<>(folders.known(orders));
    known.putAll(images.known(orders));
    return known;
  }

  @Override
  public Outcome perform(EnvironmentKey environment, Step.OfArtifact step, Fence fence)
      throws InterruptedException {
    return switch (step) {
      case Step.Build build -> folders.perform(environment, build, fence);
      case Step.Resolve resolve -> images.perform(environment, resolve, fence);
    };
  }
}
