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
/// Time in which the machine was off or suspended, or by which its clock jumped forward, must not
/// count as idle time of environments. A small file holds the start of the current interval; its
/// modification time is the last moment known to belong to it. It only delays sleep and removal:
/// without the file the interval starts now.
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

  /// The start that an earlier control plane wrote, unless its file is older than [#GAP].
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

  /// From any thread. Detects that the wall clock advanced more than the monotonic clock.
  synchronized Instant since() {
    var now = clock.instant();
    var nanos = System.nanoTime();
    var slept = Duration.between(lastSeen, now).minusNanos(nanos - lastNanos);
    if (slept.compareTo(GAP) > 0) {
      LOG.info("suspended or clock set forward by {}: idle time counts from now", slept);
      since = now;
    }
    if (since.isAfter(now)) {
      since = now; // the clock was set back
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
