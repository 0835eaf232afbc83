package run.ephemeral.core;

import java.time.Duration;

/// Formats a duration for people; short durations get decimals.
public final class Seconds {
  private Seconds() {}

  public static String text(Duration took) {
    var millis = took.toMillis();
    if (millis < 1_000) {
      return "0.%02d s".formatted(millis / 10);
    }
    return millis < 10_000
        ? "%d.%d s".formatted(millis / 1000, millis % 1000 / 100)
        : millis / 1000 + " s";
  }
}
