package run.ephemeral.cli.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;

/// What a control plane has logged since it was started: its log file from an offset on.
///
/// A control plane copies a log that is too large to the older file beside it and truncates it.
/// In that case the same offset in the older file is read first.
///
/// @param from the offset
/// @param older modification time of the older file, if it exists
record LogFile(Path file, long from, Optional<FileTime> older) {
  private static final String FAULT = "EPHEMERAL-FAULT: ";
  private static final long MOST = 256 * 1024;

  /// From the current end of the file on.
  static LogFile fromHere(Path file) throws IOException {
    return new LogFile(file, Files.exists(file) ? Files.size(file) : 0, writtenAt(older(file)));
  }

  private static Path older(Path file) {
    return Path.of(file + ".1");
  }

  private static Optional<FileTime> writtenAt(Path file) {
    try {
      return Optional.of(Files.getLastModifiedTime(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The message of an expected failure to start, such as a port in use.
  Optional<String> fault() {
    return lines().stream()
        .filter(line -> line.contains(FAULT))
        .map(line -> line.substring(line.indexOf(FAULT) + FAULT.length()).strip())
        .reduce((first, last) -> last);
  }

  List<String> last(int count) {
    var lines = lines();
    return lines.subList(Math.max(0, lines.size() - count), lines.size());
  }

  private List<String> lines() {
    var older = older(file);
    var text =
        writtenAt(older).equals(this.older) ? end(file, from) : end(older, from) + end(file, 0);
    return text.lines().filter(line -> !line.isBlank()).toList();
  }

  private static String end(Path file, long from) {
    try (var channel = FileChannel.open(file)) {
      var begin = Math.max(from, channel.size() - MOST);
      var bytes = ByteBuffer.allocate((int) Math.max(0, channel.size() - begin));
      channel.position(begin);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
