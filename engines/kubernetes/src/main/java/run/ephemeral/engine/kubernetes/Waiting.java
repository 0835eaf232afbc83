package run.ephemeral.engine.kubernetes;

import java.time.Duration;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.engine.kubernetes.client.ApiException;

/// Asks again, less and less often, until a condition holds. An API server that is restarted is
/// waited for, too.
final class Waiting {
  private static final long FIRST_MILLIS = 50;
  private static final long LONGEST_MILLIS = 1000;
  private static final Duration RESTART = Duration.ofSeconds(20);

  private Waiting() {}

  interface Condition {
    boolean holds() throws InterruptedException;
  }

  /// How the time between two questions is spent.
  interface Pause {
    /// @param left milliseconds until the waiting ends
    void of(long millis, long left) throws InterruptedException;
  }

  /// @return whether the condition held within this time
  static boolean until(Duration most, Condition condition) throws InterruptedException {
    return until(most, condition, (millis, left) -> Thread.sleep(Math.min(millis, left)));
  }

  /// @param between may end early, such as when something has changed
  static boolean until(Duration most, Condition condition, Pause between)
      throws InterruptedException {
    var end = System.nanoTime() + most.toNanos();
    var answered = System.nanoTime();
    var pause = FIRST_MILLIS;
    while (true) {
      try {
        if (condition.holds()) {
          return true;
        }
        answered = System.nanoTime();
        if (answered - end >= 0) {
          return false;
        }
        between.of(pause, Math.max(1, (end - answered) / 1_000_000));
      } catch (ApiException | FaultException e) {
        var now = System.nanoTime();
        if (!isAway(e) || now - end >= 0 || now - answered >= RESTART.toNanos()) {
          throw e;
        }
        Thread.sleep(pause);
      }
      pause = Math.min(LONGEST_MILLIS, pause * 3 / 2);
    }
  }

  private static boolean isAway(RuntimeException e) {
    return switch (e) {
      case ApiException refusal -> refusal.status() == 0 || refusal.status() >= 500;
      case FaultException failure ->
          failure.fault().kind() == Fault.Kind.EXTERNAL
              && failure.getCause() instanceof ApiException cause
              && isAway(cause);
      default -> false;
    };
  }
}
