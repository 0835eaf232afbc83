package run.ephemeral.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;

/// Formats and parses times for people.
public final class Times {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

  private Times() {}

  /// A duration: 0.8 s, 12.4 s, 2 m 5 s.
  public static String took(long millis) {
    var tenths = (millis + 50) / 100;
    if (tenths < 600) {
      return String.format(Locale.ROOT, "%.1f s", tenths / 10.0);
    }
    var seconds = millis / 1000;
    return seconds < 3600
        ? "%d m %d s".formatted(seconds / 60, seconds % 60)
        : "%d h %d m".formatted(seconds / 3600, seconds % 3600 / 60);
  }

  /// A time relative to now: 3 m ago, in 2 d.
  public static String relative(Instant then, Instant now) {
    var between = Duration.between(then, now);
    if (between.abs().toSeconds() < 1) {
      return "now";
    }
    return between.isNegative() ? "in " + rough(between.negated()) : rough(between) + " ago";
  }

  /// Rounded to the nearest unit, so that 7 d does not become 6 d a moment later.
  private static String rough(Duration length) {
    var seconds = rounded(length, Duration.ofSeconds(1));
    var minutes = rounded(length, Duration.ofMinutes(1));
    var hours = rounded(length, Duration.ofHours(1));
    if (seconds < 60) {
      return seconds + " s";
    }
    if (minutes < 60) {
      return minutes + " m";
    }
    return hours < 48 ? hours + " h" : rounded(length, Duration.ofDays(1)) + " d";
  }

  private static long rounded(Duration length, Duration unit) {
    return length.plus(unit.dividedBy(2)).dividedBy(unit);
  }

  /// Reads 500ms, 90s, 5m, 2h or 3d.
  ///
  /// @throws IllegalArgumentException with a message for people
  public static Duration parse(String text) {
    var match = DURATION.matcher(text.strip());
    if (!match.matches()) {
      throw new IllegalArgumentException(
          "`%s` is not a length of time; write 90s, 5m, 2h or 3d".formatted(text));
    }
    var number = Long.parseLong(match.group(1));
    return switch (match.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
