package run.ephemeral.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Waits for a condition, never for a fixed time.
public final class Eventually {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration BETWEEN = Duration.ofMillis(5);

  private Eventually() {}

  /// @param what describes the condition in the failure message
  public static void eventually(String what, Supplier<Boolean> condition) {
    value(what, () -> condition.get() ? Optional.of(true) : Optional.empty());
  }

  /// Waits until the value is present.
  public static <T> T value(String what, Supplier<Optional<T>> source) {
    var until = System.nanoTime() + LONGEST.toNanos();
    while (System.nanoTime() < until) {
      var value = source.get();
      if (value.isPresent()) {
        return value.get();
      }
      pause();
    }
    throw new AssertionError("waited %s in vain: %s".formatted(LONGEST, what));
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
