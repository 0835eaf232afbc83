package run.ephemeral.engine.process.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// The line of a log that most likely says why its program ended.
public final class LastWords {
  private static final int LOOK_BACK = 16 * 1024;
  private static final int LONGEST = 300;
  private static final Pattern NOISE =
      Pattern.compile(
          "\\s*(at .*|\\.\\.\\. \\d+ more|npm (ERR!|error|warn).*|\\[notice].*|[-=}{\\]\\[)(;,]*"
              + "|Killed|Terminated)");

  /// Maven's advice after every failure.
  private static final Pattern ADVICE =
      Pattern.compile(
          "\\[ERROR]\\s*(\\[Help \\d+].*|To see the full stack trace.*|Re-run Maven.*"
              + "|For more information.*|After correcting.*|mvn <args>.*)?");

  /// npm's own errors, which npm also prints after every failed script.
  private static final Pattern NPM =
      Pattern.compile("npm (ERR!|error) (?!code|errno|A complete).*");
  private static final Pattern TELLING =
      Pattern.compile(
          "(?i).*(error|exception|fail|must|cannot|can't|refused|denied|missing|not found|fatal"
              + "|panic|invalid|unknown|no such).*");
  private static final Pattern COLOURS = Pattern.compile("\u001b\\[[0-9;?]*[A-Za-z]");

  private LastWords() {}

  /// @param from where in the log this program's own lines begin
  /// @return empty when it said nothing
  public static String of(Path log, long from) {
    try {
      var lines = tail(log, from);
      var speaking = lines.stream().filter(LastWords::isSpeech).toList();
      return speaking.reversed().stream()
          .filter(line -> TELLING.matcher(line).matches())
          .findFirst()
          .or(() -> lines.stream().filter(line -> NPM.matcher(line).matches()).findFirst())
          .or(() -> speaking.reversed().stream().findFirst())
          .map(line -> line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line)
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean isSpeech(String line) {
    return !NOISE.matcher(line).matches() && !ADVICE.matcher(line).matches();
  }

  private static List<String> tail(Path log, long from) throws IOException {
    try (var file = LogFiles.open(log)) {
      var begin = Math.max(from <= file.size() ? from : 0, file.size() - LOOK_BACK);
      var bytes = ByteBuffer.allocate(LOOK_BACK);
      while (bytes.hasRemaining() && file.read(bytes, begin + bytes.position()) > 0) {
        // Read on.
      }
      var text =
          COLOURS
              .matcher(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8))
              .replaceAll("")
              .replace("\0", "");
      return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
  }
}
