package run.ephemeral.engine.process.log;

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
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.engine.process.file.Folders;

/// The two files of a log: the current one, to which programs append, and an older one.
///
/// Services can replace these files. Anything but a regular file is not a log and is never opened.
public final class LogFiles {
  private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);

  private LogFiles() {}

  /// The existing files of a log, the older one first.
  public static List<Path> of(Path log) {
    return Stream.of(older(log), log).filter(LogFiles::isFile).toList();
  }

  public static Path older(Path log) {
    return Path.of(log + ".1");
  }

  /// Creates the folder of a log, and removes anything at its path that is not a log.
  public static void prepare(Path log) throws IOException {
    var folder = Objects.requireNonNull(log.getParent());
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      Folders.delete(folder);
    }
    Files.createDirectories(folder);
    if (!isFile(log)) {
      Folders.delete(log);
    }
  }

  /// Opens a log for reading and writing: if a service replaced it by a pipe after the check,
  /// opening that for reading only would block until somebody writes.
  public static FileChannel open(Path log) throws IOException {
    if (!isFile(log)) {
      throw new NoSuchFileException(log.toString());
    }
    return FileChannel.open(
        log, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  public static boolean isLog(Path file) {
    return file.toString().endsWith(".log") && isFile(file);
  }

  private static boolean isFile(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /// Removes logs that were last written longer than `age` ago.
  ///
  /// @param kept paths of logs that are kept nevertheless
  public static void collect(Path folder, Duration age, Predicate<String> kept) {
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
}
