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

/// Port: makes and finds artifacts. Environments share them: equal orders give the same artifact,
/// and none is removed with an environment.
public interface Artifacts {
  /// Those of these orders that are there, by the keys of their orders. Quick, and without effect:
  /// of a registry it is known what it said last, also after a start of the control plane. When it
  /// says that a tag is of another image now, that is the artifact.
  Map<Digest, Artifact> known(Set<ArtifactOrder> orders);

  /// Does one step and waits for its end. Every step may be done again.
  ///
  /// @param environment for which it is done
  /// @param fence a step whose lease is lower than one that was seen before for the environment is
  ///     refused with [Outcome.Stale]
  /// @throws InterruptedException when the caller no longer wants it; what was begun is ended
  ///     unless others want it, too
  Outcome perform(EnvironmentKey environment, Step.OfArtifact step, Fence fence)
      throws InterruptedException;
}
