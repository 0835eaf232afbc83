package run.ephemeral.server.api;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import run.ephemeral.core.plan.Cause;
import run.ephemeral.core.plan.Cause.Failure;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.wire.CauseView;

/// Maps causes to wire records.
final class Causes {
  private Causes() {}

  /// An environment that fails or waits because of a component shows that component's cause.
  static CauseView of(Cause cause) {
    return switch (cause) {
      case Cause.PartFails(var part, var why) -> of(why, Optional.of(part));
      case Cause.PartWaits(var part, var why) -> of(why, Optional.of(part));
      default -> of(cause, other(cause));
    };
  }

  private static CauseView of(Cause cause, Optional<ComponentName> component) {
    var failure = failure(cause);
    return new CauseView(
        cause.code(),
        component.map(ComponentName::value).orElse(null),
        failure.map(known -> known.kind().name().toLowerCase(Locale.ROOT)).orElse(null),
        failure.flatMap(Failure::retryAt).or(() -> again(cause)).orElse(null));
  }

  private static Optional<ComponentName> other(Cause cause) {
    return cause instanceof Cause.WaitsFor(var other) ? Optional.of(other) : Optional.empty();
  }

  /// When a missing artifact is looked for again; that is no failure.
  private static Optional<Instant> again(Cause cause) {
    return cause instanceof Cause.AwaitsArtifact(_, var again) ? again : Optional.empty();
  }

  private static Optional<Failure> failure(Cause cause) {
    return switch (cause) {
      case Cause.Unreachable(var failure) -> Optional.of(failure);
      case Cause.StepFailed(var failure, _) -> Optional.of(failure);
      case Cause.SourceFailed(var failure) -> Optional.of(failure);
      case Cause.CannotBeSeen(var failure) -> Optional.of(failure);
      case Cause.Rests(_, var failure) -> failure;
      case Cause.IsRemoved(_, var troubles) -> troubles.stream().findFirst();
      default -> Optional.empty();
    };
  }
}
