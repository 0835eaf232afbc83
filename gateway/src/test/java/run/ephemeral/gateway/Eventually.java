package run.ephemeral.gateway;

import java.util.concurrent.Callable;

/// Waits for a condition, and says which one never came.
final class Eventually {
  private static final long LONGEST_NANOS = 10_000_000_000L;

  private Eventually() {}

  static void eventually(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + LONGEST_NANOS;
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never came true: " + what);
      }
      Thread.onSpinWait();
      Thread.sleep(1);
    }
  }
}
