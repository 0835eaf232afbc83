package run.ephemeral.postgres;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file that a program appends to while it runs, kept within a bound: what is too large is
/// copied into one older file beside it, and cut.
///
/// The program goes on writing into the same file, so it must have opened it for appending: as
/// the shell's `>>` and the JDK's `appendTo` do. What it writes between the end of the copy and
/// the cut is lost. It looks only when it is told to.
public final class BoundedLog {
  private static final Logger LOG = LoggerFactory.getLogger(BoundedLog.class);
  private static final long USUAL = 10L * 1024 * 1024;
  private static final int MOST_PIECES = 8;
  private static final FileAttribute<?> OWNERS_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /// How often whoever keeps one has to look at it.
  public static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

  private final Path file;
  private final long most;

  public BoundedLog(Path file) {
    this(file, USUAL);
  }

  BoundedLog(Path file, long most) {
    this.file = file;
    this.most = most;
  }

  /// Cuts the file if it is too large.
  public synchronized void trim() {
    try (var log = FileChannel.open(file, READ, WRITE)) {
      if (log.size() > most) {
        try {
          keepEnd(log);
        } catch (IOException e) {
          // The disk is full, perhaps by this very file: the bound is worth more than its end.
          LOG.warn("the end of {} cannot be kept: {}", file, e.toString());
        }
        log.truncate(0);
      }
    } catch (NoSuchFileException e) {
      // nobody wrote anything yet
    } catch (IOException e) {
      LOG.warn("{} cannot be cut: {}", file, e.toString());
    }
  }

  /// All of it, so that everything keeps its place, unless it grew far beyond its bound. What is
  /// appended meanwhile belongs to it, unless that never ends.
  private void keepEnd(FileChannel log) throws IOException {
    var half = Path.of(file + ".1.half");
    Files.deleteIfExists(half);
    try (var older = FileChannel.open(half, Set.of(CREATE_NEW, WRITE), OWNERS_ONLY)) {
      var at = log.size() > 2 * most ? log.size() - most : 0;
      for (int piece = 0; piece < MOST_PIECES && at < log.size(); piece++) {
        at += log.transferTo(at, log.size() - at, older);
      }
      Files.move(
          half,
          Path.of(file + ".1"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(half);
    }
  }

  /// Writes what must not be lost: nothing is cut meanwhile.
  public synchronized void undisturbed(Runnable writing) {
    writing.run();
  }
}
