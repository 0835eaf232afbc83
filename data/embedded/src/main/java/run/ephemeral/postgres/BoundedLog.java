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

/// Limits the size of a file that a running program appends to: a file that is too large is copied
/// into one older file beside it, and truncated.
///
/// The program keeps writing to the same file, so it must have opened the file for appending, like
/// the shell's `>>` and the JDK's `appendTo`. What is written between the end of the copy and the
/// truncation is lost. The size is checked by [#trim()] only.
public final class BoundedLog {
  private static final Logger LOG = LoggerFactory.getLogger(BoundedLog.class);
  private static final long USUAL = 10L * 1024 * 1024;
  private static final int MOST_PIECES = 8;
  private static final FileAttribute<?> OWNERS_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /// The interval at which the owner has to call [#trim()].
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

  /// Copies and truncates the file if it is too large.
  public synchronized void trim() {
    try (var log = FileChannel.open(file, READ, WRITE)) {
      if (log.size() > most) {
        try {
          keepEnd(log);
        } catch (IOException e) {
          // The disk is full, perhaps because of this file: the limit matters more than its end.
          LOG.warn("the end of {} cannot be kept: {}", file, e.toString());
        }
        log.truncate(0);
      }
    } catch (NoSuchFileException e) {
      // nobody wrote anything yet
    } catch (IOException e) {
      LOG.warn("{} cannot be truncated: {}", file, e.toString());
    }
  }

  /// Copies the whole file, so that all offsets stay valid, or only its end if the file grew far
  /// beyond its limit. Includes what is appended meanwhile, in at most [#MOST_PIECES] pieces.
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

  /// Runs a write that must not be lost: the file is not truncated meanwhile.
  public synchronized void undisturbed(Runnable writing) {
    writing.run();
  }
}
