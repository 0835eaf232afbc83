package run.ephemeral.engine.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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

  /// Rotates every log in a folder that is larger than this.
  ///
  /// @param depth how many folders deep logs lie
  static void rotate(Path folder, int depth, long most) {
    try {
      for (var entry : Folders.list(folder)) {
        if (depth > 1 && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          rotate(entry, depth - 1, most);
        } else if (depth == 1 && isLog(entry) && Files.size(entry) > most) {
          rotate(entry);
        }
      }
    } catch (IOException e) {
      LOG.warn("logs cannot be rotated: {}", e.toString());
    }
  }

  private static boolean isLog(Path file) {
    return file.toString().endsWith(".log") && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /// Where there is no room for the older log it is lost: the bound comes first.
  private static void rotate(Path log) throws IOException {
    try {
      Files.copy(log, older(log), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("{} cannot be kept: {}", log, e.toString());
      Files.deleteIfExists(older(log));
    }
    try (var channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    } catch (NoSuchFileException e) {
      LOG.debug("{} went away", log, e);
    }
  }
}
