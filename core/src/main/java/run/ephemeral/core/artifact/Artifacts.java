package run.ephemeral.core.artifact;

import java.util.Map;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Port: builds and finds artifacts. Environments share artifacts: equal orders give the same
/// artifact, and an artifact is not removed with an environment.
public interface Artifacts {
  /// The existing artifacts of these orders, by the keys of the orders. Quick, and without side
  /// effects: for a registry this is its last known answer, which survives a restart of the control
  /// plane. When the registry reports that a tag moved to another image, that image is the
  /// artifact.
  Map<Digest, Artifact> known(Set<ArtifactOrder> orders);

  /// Performs one step and waits until it ends. Every step may be repeated.
  ///
  /// @param environment for which the step is performed
  /// @param fence the step is refused with [Outcome.Stale] when a newer lease of the environment
  ///     was seen before
  /// @throws InterruptedException when the caller is interrupted; the work is stopped unless other
  ///     callers wait for it
  Outcome perform(EnvironmentKey environment, Step.OfArtifact step, Fence fence)
      throws InterruptedException;
}
