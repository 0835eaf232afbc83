package run.ephemeral.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.engine.LogReader;

/// A log that is opened once its environment is placed, and again after it could not be read: a
/// cluster may have been away, or has got other credentials since.
final class FollowedLog implements LogReader {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedLog.class);
  private static final Duration UNTIL_PLACED = Duration.ofSeconds(1);
  private static final Duration AFTER_FAULT = Duration.ofSeconds(10);
  private static final String MEANWHILE =
      "(ephemeral: it can be read again; lines that came meanwhile are missing)";

  private final Opening opening;
  private final int last;
  private final Duration afterFault;
  private @Nullable LogReader log;
  private long openAt = System.nanoTime();
  private boolean hasRead;
  private boolean isAway;

  interface Opening {
    /// @param last the number of lines from which on it is read
    /// @return empty while the environment is not placed
    Optional<LogReader> open(int last);

    /// Whether the newest log that was opened is of the cluster as it is connected now.
    boolean isCurrent();
  }

  FollowedLog(Opening opening, int last) {
    this(opening, last, AFTER_FAULT);
  }

  FollowedLog(Opening opening, int last, Duration afterFault) {
    this.opening = opening;
    this.last = last;
    this.afterFault = afterFault;
  }

  private Optional<LogReader> opened() {
    if (log != null && !opening.isCurrent()) {
      close();
      isAway = true;
    }
    if (log == null && System.nanoTime() - openAt >= 0) {
      openAt = System.nanoTime() + UNTIL_PLACED.toNanos();
      log = opening.open(hasRead ? 0 : last).orElse(null);
    }
    return Optional.ofNullable(log);
  }

  @Override
  public List<String> next() {
    try {
      var known = opened();
      if (known.isEmpty()) {
        return List.of();
      }
      var lines = new ArrayList<>(known.get().next());
      if (isAway && hasRead) {
        lines.addFirst(MEANWHILE);
      }
      isAway = false;
      hasRead = true;
      return lines;
    } catch (FaultException e) {
      return away(e.fault().message());
    } catch (RuntimeException e) {
      LOG.warn("a log cannot be read", e);
      return away("something went wrong; see the server's log");
    }
  }

  /// Said once.
  private List<String> away(String why) {
    close();
    openAt = System.nanoTime() + afterFault.toNanos();
    var isKnown = isAway;
    isAway = true;
    return isKnown ? List.of() : List.of("(ephemeral: waiting for more lines: %s)".formatted(why));
  }

  /// One that was followed and lost is not opened again for this, and ends without a fault.
  @Override
  public List<String> rest() {
    if (!hasRead && !isAway) {
      openAt = System.nanoTime();
      return opened().map(LogReader::rest).orElse(List.of());
    }
    try {
      return log == null ? List.of() : log.rest();
    } catch (FaultException e) {
      return away(e.fault().message());
    }
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
      log = null;
    }
  }
}
