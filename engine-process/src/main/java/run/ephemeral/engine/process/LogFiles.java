package run.ephemeral.engine.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps logs within bounds: one that is too large becomes the older one, and goes on empty.
///
/// Programs write straight into their log, so that it goes on while no control plane runs.
/// Rotation copies and truncates; what is written in between may be lost.
final class LogFiles {
  private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);

  private LogFiles() {}

  /// The older log, if there is one, and the current one, if there is one.
  static List<Path> of(Path log) {
    return Stream.of(older(log), log).filter(Files::exists).toList();
  }

  private static Path older(Path log) {
    return Path.of(log + ".1");
  }

  /// Rotates every log below a folder of environments that is larger than this.
  static void rotate(Path environments, long most) {
    try (var logs = Files.find(environments, 3, (file, about) -> about.isRegularFile())) {
      for (var log : logs.filter(file -> file.toString().endsWith(".log")).toList()) {
        if (Files.size(log) > most) {
          Files.copy(log, older(log), StandardCopyOption.REPLACE_EXISTING);
          try (var channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
            channel.truncate(0);
          }
        }
      }
    } catch (NoSuchFileException e) {
      LOG.debug("nothing to rotate", e);
    } catch (IOException | java.io.UncheckedIOException e) {
      LOG.warn("logs cannot be rotated: {}", e.toString());
    }
  }
}
