package run.ephemeral.engine.kubernetes;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Asks again, less and less often, until a condition holds.
final class Waiting {
  private static final long FIRST_MILLIS = 50;
  private static final long LONGEST_MILLIS = 1000;

  private Waiting() {}

  /// @return whether the condition held within this time
  static boolean until(Duration most, BooleanSupplier condition) throws InterruptedException {
    var end = System.nanoTime() + most.toNanos();
    var pause = FIRST_MILLIS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      Thread.sleep(pause);
      pause = Math.min(LONGEST_MILLIS, pause * 3 / 2);
    }
    return true;
  }
}
