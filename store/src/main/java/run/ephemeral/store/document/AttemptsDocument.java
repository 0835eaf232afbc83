package run.ephemeral.store.document;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.step.StepKey;

/// [Attempts] as they are stored.
///
/// @param byStep by step key
record AttemptsDocument(Map<String, Attempt> byStep, int round) {
  record Attempt(int count, Instant lastAt, Optional<FaultDocument> fault) {
    static Attempt of(Attempts.Attempt attempt) {
      return new Attempt(attempt.count(), attempt.lastAt(), attempt.fault().map(FaultDocument::of));
    }

    Attempts.Attempt attempt() {
      return new Attempts.Attempt(count, lastAt, fault.map(FaultDocument::fault));
    }
  }

  static AttemptsDocument of(Attempts attempts) {
    return new AttemptsDocument(
        Maps.sorted(attempts.byStep(), StepKey::toString, Attempt::of), attempts.round());
  }

  Attempts attempts() {
    return new Attempts(Maps.of(byStep, StepKey::parse, Attempt::attempt), round);
  }
}
