package run.ephemeral.core.plan;

import java.util.Set;
import run.ephemeral.core.plan.Cause.Failure;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// Decides whether an artifact exists, and offers the step that builds or finds it otherwise.
final class ArtifactJudge {
  private ArtifactJudge() {}

  /// The state of an artifact.
  sealed interface Progress {
    record There(Artifact artifact) implements Progress {}

    /// @param key the step that provides the artifact
    record Coming(StepKey key) implements Progress {}

    /// The registry does not have the image yet.
    record Awaited(Cause cause) implements Progress {}

    record Refused(Failure failure) implements Progress {}
  }

  /// @param name the component that needs the artifact
  /// @param reason for the step, if one is needed
  static Progress judge(Draft draft, ComponentName name, ArtifactOrder order, String reason) {
    var artifact = draft.situation.observed().artifacts().get(order.key());
    if (artifact != null) {
      return new Progress.There(artifact);
    }
    var step =
        switch (order) {
          case ArtifactOrder.Built built -> new Step.Build(name, built, reason);
          case ArtifactOrder.Pulled pulled -> new Step.Resolve(name, pulled, reason);
        };
    return switch (draft.offer(step, Set.of())) {
      case Draft.Offer.Taken(var key) -> new Progress.Coming(key);
      case Draft.Offer.Refused(var failure) when draft.isPostponed(step) ->
          new Progress.Awaited(new Cause.AwaitsArtifact(order, failure.retryAt()));
      case Draft.Offer.Refused(var failure) -> new Progress.Refused(failure);
    };
  }
}
