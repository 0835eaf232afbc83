package run.ephemeral.store.document;

import java.time.Instant;
import java.util.Map;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.step.StepKey;

/// [Attempts] as they are stored.
///
/// @param byStep by the step's key
record AttemptsDocument(Map<String, Attempt> byStep, int round) {
  record Attempt(int count, Instant lastAt, FaultDocument fault) {
    static Attempt of(Attempts.Attempt attempt) {
      return new Attempt(attempt.count(), attempt.lastAt(), FaultDocument.of(attempt.fault()));
    }

    Attempts.Attempt attempt() {
      return new Attempts.Attempt(count, lastAt, fault.fault());
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
