package run.ephemeral.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The last messages of a server that does not start, and what people can do.
///
/// @param from offset in the log at which the lines of this start begin
record LastLines(Path log, long from) {
  private static final long FULL = 1024L * 1024;
  private static final int MOST = 64 * 1024;
  private static final Pattern TELLING = Pattern.compile(".*\\b(FATAL|PANIC|HINT|DETAIL): +(.*)");

  /// @param otherwise the reason if the log has none
  String why(Path data, String otherwise) {
    var said = String.join("; ", telling());
    var why = said.isEmpty() ? otherwise : said;
    return full(data, why).orElseGet(() -> damaged(data, why));
  }

  static Optional<String> full(Path folder, String said) {
    return said.contains("No space left on device") || isFull(folder)
        ? Optional.of(
            "PostgreSQL cannot be started: the disk that holds %s is full; free some space there"
                .formatted(folder))
        : Optional.empty();
  }

  private static boolean isFull(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace() < FULL;
    } catch (IOException e) {
      return false;
    }
  }

  static String damaged(Path data, String why) {
    return ("PostgreSQL cannot be started on the data in %s: %s. Nothing was deleted: mend it, or"
            + " put it back from a copy; to begin with nothing, move %s away")
        .formatted(data, why, data.getParent());
  }

  private List<String> telling() {
    try (var in = Files.newInputStream(log)) {
      in.skipNBytes(Files.size(log) < from ? 0 : from); // the log was truncated meanwhile
      return new String(in.readNBytes(MOST), StandardCharsets.UTF_8)
          .lines()
          .map(TELLING::matcher)
          .filter(found -> found.matches())
          .map(found -> found.group(2))
          .distinct()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
