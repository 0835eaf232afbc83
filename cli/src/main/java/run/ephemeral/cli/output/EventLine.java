package run.ephemeral.cli.output;

import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import run.ephemeral.wire.ComponentView;
import run.ephemeral.wire.EventView;

/// Formats events as lines. The columns are as wide as the longest expected value.
public final class EventLine {
  /// Steps for which name and duration are enough.
  private static final Set<String> PLAIN =
      Set.of("fetch", "build", "data", "start", "healthy", "route", "ready");

  private static final int LONGEST_STEP = "healthy ".length();

  private final Screen screen;
  private int label = 16;
  private int name = 16;

  public EventLine(Screen screen) {
    this.screen = screen;
  }

  /// Widens the columns for these events.
  public void expect(Collection<EventView> events) {
    for (var event : events) {
      label = Math.max(label, label(event).length());
      name = Math.max(name, event.environment().length());
    }
  }

  /// Widens the columns for the events of these components.
  public void expectOf(Collection<ComponentView> parts) {
    parts.forEach(part -> label = Math.max(label, LONGEST_STEP + part.name().length()));
  }

  /// For progress: `  ✓ build web      0.8 s`.
  public String progress(EventView event) {
    var told = event.level().equals("info") && event.millis() != null && isPlain(event);
    return row(event, told ? "" : Plain.of(event.text()));
  }

  /// For history: with time and full text.
  public String history(EventView event, Instant now, boolean named) {
    return "%s%s%s"
        .formatted(
            screen.dim("%-10s".formatted(Times.relative(event.at(), now))),
            named ? " " + padded(event.environment(), name) : "",
            row(event, Plain.of(event.text())));
  }

  private String row(EventView event, String text) {
    var took = event.millis() == null ? "" : Times.took(event.millis());
    return "  %s %s %7s  %s"
        .formatted(
            mark(event, screen),
            padded(label(event), label),
            took,
            event.level().equals("error") ? screen.red(text) : text)
        .stripTrailing();
  }

  private static String label(EventView event) {
    return event.component() == null ? event.step() : event.step() + " " + event.component();
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  public static boolean isPlain(EventView event) {
    return PLAIN.contains(event.step());
  }

  public static String mark(EventView event, Screen screen) {
    return switch (event.level()) {
      case "error" -> screen.red("✗");
      case "warning" -> screen.yellow("!");
      default -> screen.green("✓");
    };
  }
}
