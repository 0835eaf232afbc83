package run.ephemeral.engine.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
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

  /// Makes a place for a log, and removes what may stand there and is none.
  static void prepare(Path log) throws IOException {
    Files.createDirectories(log.getParent());
    if (!Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) {
      Folders.delete(log);
    }
  }

  /// Rotates every log in a folder that is larger than this.
  ///
  /// @param depth how many folders deep logs lie
  static void rotate(Path folder, int depth, long most) {
    try {
      for (var entry : Folders.list(folder)) {
        if (depth > 1 && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          rotate(entry, depth - 1, most);
        } else if (depth == 1) {
          rotate(entry, most);
        }
      }
    } catch (IOException e) {
      LOG.warn("logs cannot be rotated: {}", e.toString());
    }
  }

  /// Rotates one log if it is larger than this.
  static void rotate(Path log, long most) {
    try {
      if (isLog(log) && Files.size(log) > most) {
        turn(log, most);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("{} went away", log, e);
    } catch (IOException e) {
      LOG.warn("{} cannot be rotated: {}", log, e.toString());
    }
  }

  /// Removes logs that nothing was added to for so long.
  ///
  /// @param kept which are kept nevertheless, by their path
  static void collect(Path folder, Duration age, Predicate<String> kept) {
    var before = FileTime.from(Instant.now().minus(age));
    try {
      for (var file : Folders.list(folder)) {
        var isOurs = isLog(file) || file.toString().endsWith(".log.1");
        if (isOurs
            && Files.getLastModifiedTime(file).compareTo(before) < 0
            && !kept.test(file.toString())) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      LOG.warn("old logs cannot be removed: {}", e.toString());
    }
  }

  private static boolean isLog(Path file) {
    return file.toString().endsWith(".log") && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /// Of a log that grew fast only its end is kept. Where there is no room for that it is lost:
  /// the bound comes first.
  private static void turn(Path log, long most) throws IOException {
    var older = older(log);
    try (var channel = FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      try {
        Folders.delete(older);
        keep(channel, Math.max(0, channel.size() - most), older);
      } catch (IOException e) {
        LOG.warn("{} cannot be kept: {}", log, e.toString());
        Folders.delete(older);
      } finally {
        channel.truncate(0);
      }
    }
  }

  private static void keep(FileChannel log, long from, Path older) throws IOException {
    var until = log.size();
    try (var out =
        FileChannel.open(older, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (var at = from; at < until; ) {
        at += log.transferTo(at, until - at, out);
      }
    }
  }
}
