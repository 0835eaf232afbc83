package run.ephemeral.core.environment;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// Something that happened, for people to read.
///
/// @param id grows with time
/// @param took how long it took
public record Event(
    long id,
    Instant at,
    EnvironmentName environment,
    Level level,
    String step,
    Optional<ComponentName> component,
    String text,
    Optional<Duration> took) {
  /// How much it matters.
  public enum Level {
    INFO,
    WARNING,
    ERROR
  }
}
