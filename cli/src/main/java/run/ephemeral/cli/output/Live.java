package run.ephemeral.cli.output;

import java.util.List;

/// Prints permanent lines, and below them a few lines that are redrawn.
///
/// Without a terminal only the permanent lines are printed. Redrawn lines are cut instead of
/// wrapped, so that moving the cursor up by their number reaches their beginning.
public final class Live implements AutoCloseable {
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";
  private static final String CLEAR_DOWN = "\u001b[J";

  private final Screen screen;
  private List<String> drawn = List.of();

  public Live(Screen screen) {
    this.screen = screen;
  }

  /// Prints a permanent line.
  public synchronized void line(String text) {
    var below = drawn;
    erase();
    screen.line(text);
    below(below);
  }

  /// Replaces the redrawn lines.
  public synchronized void below(List<String> lines) {
    if (!screen.terminal() || lines.equals(drawn)) {
      return;
    }
    var text = new StringBuilder(up()).append(CLEAR_DOWN).append(NO_WRAP);
    lines.forEach(line -> text.append(Plain.cut(line, screen.width())).append('\n'));
    screen.raw(text.append(WRAP).toString());
    drawn = List.copyOf(lines);
  }

  private void erase() {
    if (!drawn.isEmpty()) {
      screen.raw(up() + CLEAR_DOWN);
      drawn = List.of();
    }
  }

  private String up() {
    return drawn.isEmpty() ? "" : "\u001b[" + drawn.size() + "A\r";
  }

  /// Erases the redrawn lines.
  @Override
  public synchronized void close() {
    erase();
  }
}
