package run.ephemeral.core.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.engine.Workload;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// Judges one component on a cluster: is the right workload applied, and is it ready?
///
/// The cluster itself restarts pods, and lets the previous version serve until the new one is
/// ready.
final class WorkloadJudge {
  private final Draft draft;
  private final Component.Deployable component;
  private final Needs needs;
  private final Optional<Workload> workload;

  WorkloadJudge(Draft draft, Component.Deployable component, Needs needs) {
    this.draft = draft;
    this.component = component;
    this.needs = needs;
    this.workload =
        Optional.ofNullable(draft.situation.observed().workloads().get(component.name()));
  }

  /// The result of [#judge()].
  ///
  /// @param digest of the desired workload; empty while one of its images is unknown
  record Judgement(Standing standing, Optional<Digest> digest) {}

  Judgement judge() {
    var images = new LinkedHashMap<Digest, Artifact.Image>();
    var digests = new ArrayList<String>();
    for (var order : component.artifacts()) {
      var progress = ArtifactJudge.judge(draft, component.name(), order, "its image is not known");
      switch (progress) {
        case ArtifactJudge.Progress.There(Artifact.Image image) -> {
          images.put(order.key(), image);
          digests.add(image.reference());
        }
        case ArtifactJudge.Progress.There(Artifact.Folder _) ->
            throw new IllegalStateException("a cluster runs images, no folders");
        case ArtifactJudge.Progress.Coming _ -> {
          return unknown(Part.State.BUILDING, new Cause.IsLookedFor());
        }
        case ArtifactJudge.Progress.Awaited(var cause) -> {
          return unknown(Part.State.WAITING, cause);
        }
        case ArtifactJudge.Progress.Refused(var failure) -> {
          var serves = workload.filter(known -> known.ready() + known.older() > 0).isPresent();
          return unknown(Part.State.FAILING, new Cause.StepFailed(failure, serves));
        }
      }
    }
    var digest = component.digest(digests);
    return new Judgement(judge(digest, images), Optional.of(digest));
  }

  private Judgement unknown(Part.State state, Cause cause) {
    return new Judgement(blocked(state, cause), Optional.empty());
  }

  private Standing judge(Digest digest, Map<Digest, Artifact.Image> images) {
    if (workload.isEmpty() || !workload.get().applied().equals(digest)) {
      var why = workload.isEmpty() ? "it does not run" : "its inputs changed, or somebody asked";
      return start(digest, new Step.Apply(component, digest, images, why));
    }
    var known = workload.get();
    if (known.asleep()) {
      return start(digest, new Step.Scale(component.name(), true, "it slept"));
    }
    if (known.isReady()) {
      part(Part.State.READY, new Cause.Answers(false));
      return new Standing.Ready();
    }
    return await(digest, Set.of());
  }

  private Standing start(Digest digest, Step step) {
    var blocked = needs.blocked();
    if (blocked.isPresent()) {
      return blocked(Part.State.WAITING, new Cause.WaitsFor(blocked.get()));
    }
    return switch (draft.offer(step, needs.coming())) {
      case Draft.Offer.Taken(var key) -> await(digest, Set.of(key));
      case Draft.Offer.Refused(var failure) -> refused(digest, failure);
    };
  }

  /// @param after the step that applies or wakes the workload; empty when that is done
  private Standing await(Digest digest, Set<StepKey> after) {
    var step = new Step.AwaitReady(component.name(), digest, component.probe(), "it was applied");
    return switch (draft.offer(step, after)) {
      case Draft.Offer.Taken(var key) -> {
        var trouble =
            after.isEmpty() ? workload.flatMap(Workload::trouble) : Optional.<String>empty();
        if (trouble.isPresent()) {
          part(Part.State.FAILING, new Cause.IsTroubled(trouble.get(), olderServes(digest)));
        } else {
          part(
              Part.State.STARTING,
              after.isEmpty() ? new Cause.DoesNotAnswerYet() : new Cause.Starts());
        }
        yield new Standing.Coming(key);
      }
      case Draft.Offer.Refused(var failure) -> {
        // The workload may become ready later, and the cluster's notification may be lost.
        draft.lookAgain(draft.situation.now().plus(draft.situation.limits().retry().longest()));
        yield refused(digest, failure);
      }
    };
  }

  private Standing refused(Digest digest, Cause.Failure failure) {
    return blocked(Part.State.FAILING, new Cause.StepFailed(failure, olderServes(digest)));
  }

  private boolean olderServes(Digest digest) {
    return workload
        .map(
            known -> known.applied().equals(digest) ? known.older() : known.ready() + known.older())
        .filter(pods -> pods > 0)
        .isPresent();
  }

  private Standing blocked(Part.State state, Cause cause) {
    part(state, cause);
    return new Standing.Blocked();
  }

  private void part(Part.State state, Cause cause) {
    var kind =
        switch (component) {
          case Component.Container _ -> Part.Kind.SERVICE;
          case Component.Chart _ -> Part.Kind.CHART;
        };
    draft.part(new Part(kind, component.name(), state, cause));
  }
}
