package run.ephemeral.core.environment;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// An entry of the event log, for people to read.
///
/// @param id grows with time
/// @param took how long it took
public record Event(
    long id,
    Instant at,
    EnvironmentName environment,
    Level level,
    Kind kind,
    Optional<ComponentName> component,
    String text,
    Optional<Duration> took) {
  /// Severity.
  public enum Level {
    INFO,
    WARNING,
    ERROR
  }

  /// The subject of an event.
  public enum Kind {
    /// A pull request or a folder was read.
    FETCH,
    BUILD,
    /// A database was copied.
    DATA,
    START,
    /// A service answers.
    HEALTHY,
    /// Requests are routed to a process, or a stable address is open again.
    ROUTE,
    STOP,
    REMOVE,
    TEST,
    SLEEP,
    WAKE,
    /// The whole environment is ready.
    READY,
    /// The whole environment is failing.
    FAIL,
    /// Anything else.
    NOTE;

    /// The word in the API and in the table.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// An unknown word, such as one of another version, is a note.
    public static Kind of(String word) {
      return Arrays.stream(values())
          .filter(kind -> kind.word().equals(word))
          .findFirst()
          .orElse(NOTE);
    }
  }
}
