package run.ephemeral.reconciler;

import java.time.Duration;
import java.util.Optional;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// The time before a round in which further ends of steps are awaited, so that they cause one round
/// together: at a cluster, steps that began together end soon after each other.
final class Lull {
  private static final Duration MOST = Duration.ofSeconds(5);
  private static final Duration TOGETHER = Duration.ofMillis(300);

  private final long again;
  private Optional<Duration> least = Optional.empty();
  private Optional<Long> end = Optional.empty();

  /// @param patience after which the round comes in any case
  Lull(Duration patience) {
    again = System.nanoTime() + patience.toNanos();
  }

  void saw(Steps.Finished finished) {
    var now = of(finished);
    least = Optional.of(least.filter(before -> before.compareTo(now) < 0).orElse(now));
  }

  /// What comes after a step that applied has begun, and its pods take a while.
  private static Duration of(Steps.Finished finished) {
    return switch (finished.step()) {
      case Step.Apply _, Step.AwaitReady _ when finished.interrupted() -> Duration.ZERO;
      case Step.Apply _ when finished.outcome() instanceof Outcome.Done -> MOST;
      case Step.Apply _, Step.AwaitReady _ -> TOGETHER;
      default -> Duration.ZERO;
    };
  }

  /// What is left when nothing but ends was seen since the last call; else nothing.
  Duration left() {
    var seen = least.orElse(Duration.ZERO);
    least = Optional.empty();
    var now = System.nanoTime();
    var latest = end.orElseGet(() -> now + Math.min(MOST.toNanos(), again - now));
    end = Optional.of(latest);
    var left = Duration.ofNanos(latest - now);
    return left.compareTo(seen) < 0 ? left : seen;
  }
}
