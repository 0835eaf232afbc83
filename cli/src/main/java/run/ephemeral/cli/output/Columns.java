package run.ephemeral.cli.output;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.IntSupplier;

/// The width of this terminal, queried again after a second, because windows are resized.
final class Columns implements IntSupplier {
  private static final int USUAL = 80;
  private static final long FRESH_NANOS = 1_000_000_000;

  private final int otherwise;
  private int known;
  private long at;

  /// @param environment its `COLUMNS` is used if the terminal does not report its width
  Columns(Map<String, String> environment) {
    otherwise = number(environment.getOrDefault("COLUMNS", ""), USUAL);
  }

  @Override
  public synchronized int getAsInt() {
    if (known == 0 || System.nanoTime() - at > FRESH_NANOS) {
      known = asked();
      at = System.nanoTime();
    }
    return known;
  }

  private int asked() {
    try {
      var process =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      var words =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .strip()
              .split(" ", -1);
      return number(words[words.length - 1], otherwise);
    } catch (IOException e) {
      return otherwise;
    }
  }

  private static int number(String text, int otherwise) {
    return text.matches("[1-9]\\d{0,4}") ? Integer.parseInt(text) : otherwise;
  }
}
