package run.ephemeral.cli.output;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import run.ephemeral.wire.LogLine;

/// Lines of logs, each after the name of what wrote it. Safe for several threads.
public final class LogPrinter {
  private final Screen screen;
  private final boolean named;
  private final Map<String, UnaryOperator<String>> colours = new HashMap<>();
  private int width;

  /// @param named whether to say who wrote a line
  public LogPrinter(Screen screen, boolean named) {
    this.screen = screen;
    this.named = named;
  }

  /// Makes room for the names that will come.
  public void expect(List<LogLine> lines, String environment) {
    lines.forEach(line -> width = Math.max(width, name(line, environment).length()));
  }

  /// @param environment said first; empty when there is only one
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
