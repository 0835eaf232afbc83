package run.ephemeral.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Since when visitors could come without a gap.
///
/// A machine that was off or suspended, and one whose clock jumped forward, had no visitors, and
/// that says nothing about whether somebody wants its environments. A small file says since when
/// visitors could come; its time of modification says when that was last true. It decides only
/// how long removals are put off: without it they are put off.
final class Attendance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Attendance.class);
  private static final Duration BETWEEN_NOTES = Duration.ofMinutes(1);

  /// A restart of the control plane takes seconds.
  private static final Duration GAP = Duration.ofMinutes(10);

  private final Path file;
  private final InstantSource clock;
  private final Thread thread = Thread.ofVirtual().name("attendance").unstarted(this::loop);
  private Instant since;
  private Instant lastSeen;
  private long lastNanos;

  Attendance(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
    this.lastSeen = clock.instant();
    this.lastNanos = System.nanoTime();
    this.since = earlier(lastSeen);
  }

  /// What an earlier control plane noted, unless that was too long ago.
  private Instant earlier(Instant now) {
    try {
      var last = Files.getLastModifiedTime(file).toInstant();
      var began = Instant.parse(Files.readString(file).strip());
      return last.plus(GAP).isAfter(now) && !began.isAfter(now) ? began : now;
    } catch (IOException | DateTimeException e) {
      return now;
    }
  }

  void start() {
    thread.start();
  }

  /// From any thread. Notices when the clock went on while this process did not.
  synchronized Instant since() {
    var now = clock.instant();
    var nanos = System.nanoTime();
    var slept = Duration.between(lastSeen, now).minusNanos(nanos - lastNanos);
    if (slept.compareTo(GAP) > 0) {
      LOG.info("the clock went on by {} while nothing ran: nothing is removed for a while", slept);
      since = now;
    }
    if (since.isAfter(now)) {
      since = now; // the clock was ahead, and was put right
    }
    lastSeen = now;
    lastNanos = nanos;
    return since;
  }

  private void loop() {
    try {
      while (true) {
        note();
        Thread.sleep(BETWEEN_NOTES);
      }
    } catch (InterruptedException e) {
      note();
    }
  }

  private void note() {
    try {
      Files.writeString(file, since().toString());
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    } catch (IOException e) {
      LOG.warn("{} cannot be written: {}", file, e.toString());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
