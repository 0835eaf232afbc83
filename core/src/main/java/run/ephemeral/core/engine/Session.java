package run.ephemeral.core.engine;

import java.io.IOException;

/// A command that reads input, perhaps in a terminal. One thread reads its output, another writes.
public interface Session extends Execution {
  /// Writes input, waiting while the command does not read.
  ///
  /// @param bytes none: the input ends
  /// @throws IOException when the command has ended
  void write(byte[] bytes) throws IOException, InterruptedException;

  /// Changes the size of the terminal.
  void resize(Size size) throws IOException, InterruptedException;

  /// The size of a terminal, in characters.
  record Size(int columns, int rows) {
    private static final int MOST = 10_000;

    public Size {
      if (columns < 1 || rows < 1 || columns > MOST || rows > MOST) {
        throw new IllegalArgumentException(
            "a terminal has 1 to %d columns and rows, not %dx%d".formatted(MOST, columns, rows));
      }
    }

    /// @param text such as `80x24`
    public static Size parse(String text) {
      if (!text.matches("[0-9]{1,5}x[0-9]{1,5}")) {
        throw new IllegalArgumentException("`%s` is no size, such as 80x24".formatted(text));
      }
      var parts = text.split("x", 2);
      return new Size(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }
  }
}
