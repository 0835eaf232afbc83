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

/// A plan while it is being made: steps are offered, and taken unless they failed for a reason
/// that only people can mend, or too recently.
final class Draft {
  final Situation situation;
  private final List<Step.Planned> steps = new ArrayList<>();
  private final Set<StepKey> keys = new HashSet<>();
  private final Set<StepKey> considered = new HashSet<>();
  private final List<Part> parts = new ArrayList<>();
  private Optional<Instant> again = Optional.empty();
  private boolean retries;

  Draft(Situation situation) {
    this.situation = situation;
  }

  /// What became of an offer.
  sealed interface Offer {
    record Taken(StepKey key) implements Offer {}

    record Refused(Failure failure) implements Offer {}
  }

  Offer offer(Step step, Set<StepKey> after) {
    considered.add(step.key());
    var attempt = situation.attempts().of(step);
    if (attempt.isPresent()) {
      var failed = attempt.get();
      if (!isTakingAway(step) && failed.fault().kind() == Fault.Kind.USER) {
        return new Offer.Refused(Failure.of(failed.fault()));
      }
      var later = situation.later(failed.lastAt(), wait(step, failed));
      if (later.isPresent()) {
        retryAt(later.get());
        return new Offer.Refused(Failure.of(failed.fault(), later.get()));
      }
    }
    if (keys.add(step.key())) {
      steps.add(new Step.Planned(step, after));
    }
    return new Offer.Taken(step.key());
  }

  /// What failed outside is tried for ever, ever more slowly. What waits for room, and what must
  /// go, is tried often: nobody else would ever clear it away.
  private Duration wait(Step step, Attempts.Attempt failed) {
    var limits = situation.limits();
    var often = isTakingAway(step) || failed.fault().kind() == Fault.Kind.CAPACITY;
    return (often ? limits.room() : limits.retry()).after(failed.count(), step.key().toString());
  }

  private static boolean isTakingAway(Step step) {
    return step instanceof Step.Stop || step instanceof Step.Drop || step instanceof Step.Erase;
  }

  void lookAgain(Instant at) {
    again = again.filter(known -> known.isBefore(at)).or(() -> Optional.of(at));
  }

  /// As [#lookAgain], for something that failed: until then the environment is not settled.
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

  /// Whether nothing is under way and nothing is waited for.
  boolean rests() {
    return steps.isEmpty() && !retries;
  }

  Set<StepKey> keys() {
    return keys;
  }

  Plan finish(Verdict verdict, Optional<Plan.Change> change) {
    return new Plan(
        steps, parts, verdict.phase(), verdict.cause(), again, rests(), change, considered);
  }
}
