package run.ephemeral.core.plan;

import static java.util.Comparator.comparingInt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Instance.State.Ended;
import run.ephemeral.core.engine.Instance.State.Healthy;
import run.ephemeral.core.engine.Instance.State.Starting;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.LogKind;
import run.ephemeral.core.step.InstanceId;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// Judges one service: does the right process run, and are requests routed to it?
///
/// The old version serves until requests are routed to the new one; if the new one never becomes
/// healthy, the old one stays.
final class ProcessJudge {
  private final Draft draft;
  private final Component.Program program;
  private final Needs needs;
  private final List<Instance> others;
  private Optional<String> lastTry = Optional.empty();

  ProcessJudge(Draft draft, Component.Program program, Needs needs) {
    this.draft = draft;
    this.program = program;
    this.needs = needs;
    this.others = new ArrayList<>(draft.situation.observed().instancesOf(program.name()));
  }

  Standing judge() {
    var newest =
        others.stream()
            .filter(instance -> instance.program().equals(program.digest()))
            .max(comparingInt(Instance::attempt));
    newest.ifPresent(others::remove);
    newest.ifPresent(this::keepLastTry);
    stopUseless();
    if (newest.isEmpty()) {
      var why = others.isEmpty() ? "it does not run" : "its inputs changed, or somebody asked";
      return begin(1, 0, why, Optional.empty());
    }
    var instance = newest.get();
    return switch (instance.state()) {
      case Healthy ignored when instance.routed() -> ready(instance);
      case Healthy ignored -> {
        var shown = part(Part.State.STARTING, new Cause.GetsRequests());
        yield route(instance.id(), Set.of(), shown);
      }
      case Starting ignored -> await(instance);
      case Ended ended -> ended(instance, ended);
    };
  }

  /// While the next attempt starts, keeps the previous one, whose end is shown.
  private void keepLastTry(Instance newest) {
    if (newest.state() instanceof Starting) {
      for (var other : List.copyOf(others)) {
        if (other.state() instanceof Ended ended
            && other.program().equals(newest.program())
            && other.attempt() == newest.attempt() - 1) {
          others.remove(other);
          lastTry = Optional.of(ended.why());
        }
      }
    }
  }

  /// Stops outdated processes that get no requests.
  private void stopUseless() {
    var served = draft.situation.observed().instancesOf(program.name());
    var why =
        served.stream().anyMatch(Instance::routed)
            ? "a newer one serves"
            : "it is not wanted any more";
    for (var other : List.copyOf(others)) {
      if (!other.routed()) {
        stop(other, why, Set.of());
        others.remove(other);
      }
    }
  }

  private Standing ready(Instance instance) {
    others.forEach(other -> stop(other, "a newer one serves", Set.of()));
    if (draft.situation.observed().closed().contains(program.name())) {
      var open = new Step.Open(program.name(), "other services know it by an address");
      if (draft.offer(open, Set.of()) instanceof Draft.Offer.Refused(var failure)) {
        return failing(new Cause.Unreachable(failure));
      }
    }
    draft.part(part(Part.State.READY, new Cause.Answers(instance.attempt() > 1)));
    return new Standing.Ready();
  }

  private Standing ended(Instance instance, Ended ended) {
    var limits = draft.situation.limits();
    var served = !ended.healthyFor().isZero();
    var steady = ended.healthyFor().compareTo(limits.steady()) >= 0;
    var failures = steady ? 1 : instance.failures() + 1;
    if (failures >= limits.starts()) {
      return failing(new Cause.GaveUp(ended.why(), failures, olderServes()));
    }
    var wait =
        served && failures == 1
            ? Duration.ZERO
            : limits.restart().after(failures, instance.id().value());
    var later = draft.situation.later(ended.at(), wait);
    if (later.isPresent()) {
      draft.retryAt(later.get());
      return failing(new Cause.Ended(ended.why(), olderServes()));
    }
    var next = served ? failures - 1 : failures;
    return begin(instance.attempt() + 1, next, "it " + ended.why(), Optional.of(ended.why()));
  }

  private boolean olderServes() {
    return !others.isEmpty();
  }

  /// @param how the previous attempt ended
  private Standing begin(int attempt, int failures, String reason, Optional<String> how) {
    var after = new HashSet<StepKey>();
    var why = others.isEmpty() ? "there is no artifact yet" : "its source changed";
    var progress = ArtifactJudge.judge(draft, program.name(), program.source(), why);
    switch (progress) {
      case ArtifactJudge.Progress.There _ -> {}
      case ArtifactJudge.Progress.Coming(var key) -> after.add(key);
      case ArtifactJudge.Progress.Awaited(var cause) -> {
        draft.part(part(Part.State.WAITING, cause));
        return new Standing.Blocked();
      }
      case ArtifactJudge.Progress.Refused(var failure) -> {
        return failing(new Cause.StepFailed(failure, olderServes()), LogKind.BUILD);
      }
    }
    var blocked = needs.blocked();
    if (blocked.isPresent()) {
      draft.part(part(Part.State.WAITING, new Cause.WaitsFor(blocked.get())));
      return new Standing.Blocked();
    }
    after.addAll(needs.coming());
    var instance = InstanceId.of(program.name(), program.digest(), attempt);
    var start = new Step.Start(instance, program, attempt, failures, reason);
    if (draft.offer(start, after) instanceof Draft.Offer.Refused(var failure)) {
      return failing(new Cause.StepFailed(failure, olderServes()));
    }
    var shown =
        failures > 0
            ? part(Part.State.FAILING, new Cause.StartsAgain(how, Optional.empty()))
            : progress instanceof ArtifactJudge.Progress.There
                ? part(Part.State.STARTING, new Cause.Starts())
                : part(Part.State.BUILDING, new Cause.IsBuilt());
    return follow(instance, Set.of(start.key()), shown);
  }

  private Standing await(Instance instance) {
    var shown =
        instance.failures() > 0 && others.isEmpty()
            ? part(
                Part.State.FAILING, new Cause.StartsAgain(lastTry, Optional.of(instance.attempt())))
            : part(Part.State.STARTING, new Cause.DoesNotAnswerYet());
    return follow(instance.id(), Set.of(), shown);
  }

  private Standing follow(InstanceId instance, Set<StepKey> after, Part shown) {
    var await = new Step.Await(program.name(), instance, program.probe(), "it was started");
    return switch (draft.offer(await, after)) {
      case Draft.Offer.Taken(var key) -> route(instance, Set.of(key), shown);
      case Draft.Offer.Refused(var failure) -> failing(new Cause.StepFailed(failure, false));
    };
  }

  private Standing route(InstanceId instance, Set<StepKey> after, Part shown) {
    var route = new Step.Route(program.name(), instance, "it is healthy");
    return switch (draft.offer(route, after)) {
      case Draft.Offer.Taken(var key) -> {
        draft.part(shown);
        others.forEach(other -> stop(other, "a newer one serves", Set.of(key)));
        yield new Standing.Coming(key);
      }
      case Draft.Offer.Refused(var failure) -> failing(new Cause.StepFailed(failure, false));
    };
  }

  private void stop(Instance instance, String reason, Set<StepKey> after) {
    draft.offer(new Step.Stop(instance.service(), instance.id(), reason), after);
  }

  private Standing failing(Cause cause) {
    return failing(cause, LogKind.RUN);
  }

  private Standing failing(Cause cause, LogKind log) {
    draft.part(new Part(Part.Kind.SERVICE, program.name(), Part.State.FAILING, cause, log));
    return new Standing.Blocked();
  }

  private Part part(Part.State state, Cause cause) {
    return new Part(Part.Kind.SERVICE, program.name(), state, cause);
  }
}
