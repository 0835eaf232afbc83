package run.ephemeral.cli.output;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import run.ephemeral.wire.LogLine;

/// Prints log lines, each after the name of its component. Thread-safe.
public final class LogPrinter {
  private final Screen screen;
  private final boolean named;
  private final Map<String, UnaryOperator<String>> colours = new HashMap<>();
  private int width;

  /// @param named whether to print the component's name
  public LogPrinter(Screen screen, boolean named) {
    this.screen = screen;
    this.named = named;
  }

  /// Widens the column of names for these lines.
  public void expect(List<LogLine> lines, String environment) {
    lines.forEach(line -> width = Math.max(width, name(line, environment).length()));
  }

  /// @param environment printed first; empty when only one environment is shown
  public synchronized void print(LogLine line, String environment) {
    screen.line(format(line, environment));
  }

  private String format(LogLine line, String environment) {
    var text = Plain.log(line.line(), screen);
    if (!named) {
      return text;
    }
    var name = name(line, environment);
    width = Math.max(width, name.length());
    var padded = name + " ".repeat(width - name.length());
    return "%s %s %s".formatted(colour(name).apply(padded), screen.dim("|"), text).stripTrailing();
  }

  private static String name(LogLine line, String environment) {
    var parts = new ArrayList<String>();
    if (!environment.isEmpty()) {
      parts.add(environment);
    }
    parts.add(line.component());
    if (!line.source().equals("run")) {
      parts.add(line.source());
    }
    return String.join(" ", parts);
  }

  private UnaryOperator<String> colour(String name) {
    List<UnaryOperator<String>> all =
        List.of(screen::cyan, screen::green, screen::yellow, screen::blue);
    return colours.computeIfAbsent(name, any -> all.get(colours.size() % all.size()));
  }
}
