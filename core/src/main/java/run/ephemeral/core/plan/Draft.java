package run.ephemeral.core.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Fault;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.plan.Cause.Failure;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// A plan under construction. An offered step is taken unless its last attempt failed with a fault
/// that only people can fix, or too recently.
final class Draft {
  final Situation situation;
  private final List<Step.Planned> steps = new ArrayList<>();
  private final Set<StepKey> keys = new HashSet<>();
  private final Set<StepKey> considered = new HashSet<>();
  private final List<Part> parts = new ArrayList<>();
  private Optional<Instant> again = Optional.empty();
  private boolean retries;
  private boolean waits;

  Draft(Situation situation) {
    this.situation = situation;
  }

  /// The result of an offer.
  sealed interface Offer {
    record Taken(StepKey key) implements Offer {}

    record Refused(Failure failure) implements Offer {}
  }

  Offer offer(Step step, Set<StepKey> after) {
    considered.add(step.key());
    var attempt = situation.attempts().of(step);
    if (attempt.isPresent()) {
      var failed = attempt.get();
      var why = failed.why();
      if (!isTakingAway(step) && why.kind() == Fault.Kind.USER) {
        return new Offer.Refused(Failure.of(why));
      }
      var later = situation.later(failed.lastAt(), wait(step, failed));
      if (later.isPresent()) {
        if (isPostponed(step)) {
          waits = true;
          lookAgain(later.get());
        } else {
          retryAt(later.get());
        }
        return new Offer.Refused(Failure.of(why, later.get()));
      }
    }
    if (keys.add(step.key())) {
      steps.add(new Step.Planned(step, after));
    }
    return new Offer.Taken(step.key());
  }

  /// Whether a prerequisite was missing at the last attempt.
  boolean isPostponed(Step step) {
    return situation.attempts().of(step).filter(last -> last.fault().isEmpty()).isPresent();
  }

  /// External and internal failures are retried without end, with growing waits. Capacity and
  /// removals have shorter waits, since nothing else would trigger another attempt.
  private Duration wait(Step step, Attempts.Attempt failed) {
    var limits = situation.limits();
    var often = isTakingAway(step) || failed.why().kind() == Fault.Kind.CAPACITY;
    return (often ? limits.room() : limits.retry()).after(failed.count(), step.key().toString());
  }

  private static boolean isTakingAway(Step step) {
    return switch (step) {
      case Step.Stop _, Step.Prune _, Step.Drop _, Step.Erase _ -> true;
      case Step.Scale scale -> !scale.up();
      case Step.OfArtifact _, Step.Copy _, Step.Test _, Step.Report _ -> false;
      case Step.Start _, Step.Await _, Step.Route _, Step.Open _ -> false;
      case Step.Apply _, Step.AwaitReady _ -> false;
    };
  }

  void lookAgain(Instant at) {
    again = again.filter(known -> known.isBefore(at)).or(() -> Optional.of(at));
  }

  /// Like [#lookAgain], but for a failure: until then the environment is not settled.
  void retryAt(Instant at) {
    retries = true;
    lookAgain(at);
  }

  void part(Part part) {
    parts.add(part);
  }

  List<Part> parts() {
    return parts;
  }

  /// Whether the plan has no steps and no scheduled retries. A postponed step does not keep the
  /// environment from going to sleep.
  boolean rests() {
    return steps.isEmpty() && !retries;
  }

  Set<StepKey> keys() {
    return keys;
  }

  Plan finish(Verdict verdict, Optional<Plan.Change> change) {
    return new Plan(
        steps,
        parts,
        verdict.phase(),
        verdict.cause(),
        again,
        rests() && !waits,
        change,
        considered);
  }
}
