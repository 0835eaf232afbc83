package run.ephemeral.cli.output;

import java.time.Instant;
import java.util.Set;
import run.ephemeral.wire.Event;

/// What happened, in a line.
public final class EventLine {
  /// Steps whose name and time say it all.
  private static final Set<String> PLAIN =
      Set.of("fetch", "build", "data", "start", "healthy", "route", "ready");

  private EventLine() {}

  /// As progress: `  ✓ build web      0.8 s`.
  public static String progress(Event event, Screen screen) {
    var told = event.level().equals("info") && event.millis() != null && isPlain(event);
    return row(event, screen, told ? "" : Plain.of(event.text()));
  }

  /// As history: with its time and all its words.
  public static String history(Event event, Screen screen, Instant now, boolean named) {
    return "%s%s%s"
        .formatted(
            screen.dim("%-10s".formatted(Times.relative(event.at(), now))),
            named ? " %-16s".formatted(event.environment()) : "",
            row(event, screen, Plain.of(event.text())));
  }

  private static String row(Event event, Screen screen, String text) {
    var label = event.component() == null ? event.step() : event.step() + " " + event.component();
    var took = event.millis() == null ? "" : Times.took(event.millis());
    return "  %s %-16s %7s  %s"
        .formatted(
            mark(event, screen),
            label,
            took,
            event.level().equals("error") ? screen.red(text) : text)
        .stripTrailing();
  }

  public static boolean isPlain(Event event) {
    return PLAIN.contains(event.step());
  }

  public static String mark(Event event, Screen screen) {
    return switch (event.level()) {
      case "error" -> screen.red("✗");
      case "warning" -> screen.yellow("!");
      default -> screen.green("✓");
    };
  }
}
