package run.ephemeral.engine.process.log;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.engine.LogReader;
import run.ephemeral.engine.process.file.Folders;

/// Limits the size of logs: one that is too large is copied to the older file and truncated.
/// Reading and rotating a log exclude each other, so that a reader misses nothing that is kept.
///
/// Programs write directly into their log, also while no control plane runs. Rotation therefore
/// copies and truncates. It waits until nothing was written for [#QUIET]. What a program that never
/// pauses writes between the last look and the truncation (some microseconds) may be lost; readers
/// are told then that something may be missing.
public final class Logs {
  private static final Logger LOG = LoggerFactory.getLogger(Logs.class);
  private static final int LOOKS = 4;

  /// Longer than a program that writes constantly waits for a CPU on a busy machine.
  private static final Duration QUIET = Duration.ofMillis(20);

  private final long most;
  private final KeyedLocks<Path> turns = new KeyedLocks<>();

  /// The logs that somebody reads.
  private final Map<Path, Followed> followed = new HashMap<>();

  private record Followed(LogExtent extent, int readers) {}

  /// @param most bytes of one file
  public Logs(long most) {
    this.most = most;
  }

  /// Access to a log while holding its turn.
  public interface Look<T> {
    T at(LogExtent extent) throws IOException;
  }

  /// @param last how many existing lines are read first
  public LogReader read(Path log, int last) {
    try (var _ = turns.takeUninterruptibly(log)) {
      enter(log);
      return new WholeLines(this, log, last);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void enter(Path log) throws IOException {
    synchronized (followed) {
      var known = followed.get(log);
      followed.put(
          log,
          known == null
              ? new Followed(new LogExtent(log), 1)
              : new Followed(known.extent(), known.readers() + 1));
    }
  }

  public void leave(Path log) {
    synchronized (followed) {
      followed.computeIfPresent(
          log,
          (same, known) ->
              known.readers() == 1 ? null : new Followed(known.extent(), known.readers() - 1));
    }
  }

  private LogExtent extent(Path log) throws IOException {
    synchronized (followed) {
      var known = followed.get(log);
      return known == null ? new LogExtent(log) : known.extent();
    }
  }

  /// Accesses a log that is being read, excluding rotation.
  public <T> T look(Path log, Look<T> look) throws IOException {
    try (var _ = turns.takeUninterruptibly(log)) {
      var extent = extent(log);
      extent.look();
      return look.at(extent);
    }
  }

  /// Rotates every log in a folder that is too large.
  ///
  /// @param depth how many folders deep logs lie
  public void rotate(Path folder, int depth) {
    try {
      for (var entry : Folders.list(folder)) {
        if (depth > 1 && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          rotate(entry, depth - 1);
        } else if (depth == 1) {
          rotate(entry);
        }
      }
    } catch (IOException e) {
      LOG.warn("logs cannot be rotated: {}", e.toString());
    }
  }

  /// Rotates one log if it is too large. That is below its limit, to leave room for what is written
  /// during the copy.
  public void rotate(Path log) {
    try {
      if (LogFiles.isLog(log) && Files.size(log) > most - most / 4) {
        turn(log);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("{} was deleted meanwhile", log, e);
    } catch (IOException e) {
      LOG.warn("{} cannot be rotated: {}", log, e.toString());
    }
  }

  /// Keeps only the end of a log that grew fast. If the copy fails, all of it is lost: the limit
  /// comes first.
  private void turn(Path log) throws IOException {
    var older = LogFiles.older(log);
    try (var _ = turns.takeUninterruptibly(log);
        var channel = LogFiles.open(log)) {
      var extent = extent(log);
      extent.look();
      Kept kept;
      try {
        Folders.delete(older);
        kept = keep(channel, older);
      } catch (IOException e) {
        LOG.warn("{} cannot be copied, its content is dropped: {}", log, e.toString());
        Folders.delete(older);
        var size = channel.size();
        kept = new Kept(size, size, true);
      }
      var cutIsWhole = endsLine(channel, kept.from());
      var endIsWhole = endsLine(channel, kept.until());
      var lost = channel.size() - kept.until();
      channel.truncate(0);
      if (lost > 0 || !kept.isQuiet() || !pause() || channel.size() > 0) {
        lost += LogExtent.UNKNOWN;
      }
      extent.turned(kept.from(), kept.until(), lost, cutIsWhole, endIsWhole);
    }
  }

  /// The part of a log that was copied.
  ///
  /// @param isQuiet whether nothing was written to the log for `QUIET` after the copy
  private record Kept(long from, long until, boolean isQuiet) {}

  /// Copies the end of a log, and what is written meanwhile, until nothing was written for
  /// [#QUIET]. If the log outgrows its limit meanwhile, starts again with the newest part.
  private Kept keep(FileChannel log, Path older) throws IOException {
    try (var out =
        FileChannel.open(older, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var from = Math.max(0, log.size() - (most - most / 8));
      var at = copy(log, from, log.size(), out);
      for (int look = 0; look < LOOKS; look++) {
        if (!pause()) {
          return new Kept(from, at, false);
        }
        if (log.size() == at) {
          return new Kept(from, at, true);
        }
        if (log.size() - from > most) {
          from = log.size() - (most - most / 8);
          at = from;
          out.truncate(0);
        }
        at = copy(log, at, log.size(), out);
      }
      for (int look = 0; look < LOOKS && at < log.size(); look++) {
        at = copy(log, at, Math.min(log.size(), from + most), out);
      }
      return new Kept(from, at, false);
    }
  }

  /// @return the position after the last byte copied
  private static long copy(FileChannel log, long from, long until, FileChannel out)
      throws IOException {
    var at = from;
    while (at < until) {
      var copied = log.transferTo(at, until - at, out);
      if (copied <= 0) {
        throw new EOFException("it became shorter while it was copied");
      }
      at += copied;
    }
    return at;
  }

  private static boolean endsLine(FileChannel log, long position) throws IOException {
    var last = ByteBuffer.allocate(1);
    return position == 0 || (log.read(last, position - 1) == 1 && last.get(0) == '\n');
  }

  private static boolean pause() {
    try {
      Thread.sleep(QUIET);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
