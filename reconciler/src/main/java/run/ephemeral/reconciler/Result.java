package run.ephemeral.reconciler;

import java.time.Instant;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// The result of a step.
///
/// @param tried see [Steps.Finished#tried()]
record Result(Step step, Outcome outcome, int tried) {
  Attempts in(Attempts before, Instant now) {
    var isCurrent = before.round() == tried;
    return switch (outcome) {
      case Outcome.Done _ -> before.succeeded(step);
      case Outcome.Failed(var fault) when isCurrent -> before.failed(step, fault, now);
      case Outcome.NotYet() when isCurrent -> before.postponed(step, now);
      case Outcome.Failed _, Outcome.NotYet _, Outcome.Stale _ -> before;
    };
  }
}
