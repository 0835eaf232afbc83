package run.ephemeral.core.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Fault;

/// A plan while it is being made: steps are offered, and taken unless they failed too often or
/// too recently.
final class Draft {
  final Situation situation;
  private final List<Step.Planned> steps = new ArrayList<>();
  private final Set<String> keys = new HashSet<>();
  private final Set<String> considered = new HashSet<>();
  private final List<Part> parts = new ArrayList<>();
  private Optional<Instant> again = Optional.empty();
  private boolean retries;

  Draft(Situation situation) {
    this.situation = situation;
  }

  /// What became of an offer.
  sealed interface Offer {
    record Taken(String key) implements Offer {}

    /// @param detail the failure, and whether it will be tried again
    record Refused(String detail) implements Offer {}
  }

  Offer offer(Step step, Set<String> after) {
    considered.add(step.key());
    var attempt = situation.attempts().of(step);
    if (attempt.isPresent()) {
      var failed = attempt.get();
      var message = failed.fault().message();
      if (!isTakingAway(step) && (failed.fault().kind() == Fault.Kind.USER || isGivenUp(failed))) {
        return new Offer.Refused(message);
      }
      var wait = situation.limits().retry().after(failed.count(), step.key());
      var later = situation.later(failed.lastAt(), wait);
      if (later.isPresent()) {
        retryAt(later.get());
        return new Offer.Refused(message + "; it is tried again soon");
      }
    }
    if (keys.add(step.key())) {
      steps.add(new Step.Planned(step, after));
    }
    return new Offer.Taken(step.key());
  }

  /// What waits for room waits as long as that takes.
  private boolean isGivenUp(Attempts.Attempt failed) {
    return failed.fault().kind() != Fault.Kind.CAPACITY
        && failed.count() >= situation.limits().retries();
  }

  /// What must go is never given up: nobody would ever clear it away.
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

  Set<String> keys() {
    return keys;
  }

  Plan finish(Verdict verdict, Optional<Plan.Change> change) {
    return new Plan(
        steps, parts, verdict.phase(), verdict.reason(), again, rests(), change, considered);
  }
}
