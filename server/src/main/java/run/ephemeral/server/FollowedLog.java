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
    if (log == null && System.nanoTime() - openAt >= 0) {
      openAt = System.nanoTime() + UNTIL_PLACED.toNanos();
      try {
        log = opening.open(hasRead ? 0 : last).orElse(null);
      } catch (RuntimeException e) {
        LOG.debug("a log cannot be opened", e);
      }
    }
    return Optional.ofNullable(log);
  }

  @Override
  public List<String> next() {
    try {
      var lines = new ArrayList<String>();
      if (opened().isPresent()) {
        lines.addAll(opened().get().next());
        if (isAway && hasRead) {
          lines.addFirst(MEANWHILE);
        }
        isAway = false;
        hasRead = true;
      }
      return lines;
    } catch (FaultException e) {
      close();
      openAt = System.nanoTime() + afterFault.toNanos();
      if (isAway) {
        return List.of();
      }
      isAway = true;
      return List.of("(ephemeral: waiting for more lines: %s)".formatted(e.fault().message()));
    }
  }

  @Override
  public List<String> rest() {
    return opened().map(LogReader::rest).orElse(List.of());
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
      log = null;
    }
  }
}
