package run.ephemeral.core.environment;

import java.time.Duration;
import java.util.Optional;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// An entry to be added to the event log, which gives it an id and a time.
public record NewEvent(
    EnvironmentName environment,
    Event.Level level,
    Event.Kind kind,
    Optional<ComponentName> component,
    String text,
    Optional<Duration> took) {
  /// An event without component or duration.
  public NewEvent(EnvironmentName environment, Event.Level level, Event.Kind kind, String text) {
    this(environment, level, kind, Optional.empty(), text, Optional.empty());
  }
}
