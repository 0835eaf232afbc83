package run.ephemeral.core.environment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// Port: the event log. Bounded; events outlive their environment.
public interface Events {
  void add(
      EnvironmentName environment,
      Event.Level level,
      Event.Kind kind,
      Optional<ComponentName> component,
      String text,
      Optional<Duration> took);

  /// Adds an event without component or duration.
  default void note(EnvironmentName environment, Event.Level level, Event.Kind kind, String text) {
    add(environment, level, kind, Optional.empty(), text, Optional.empty());
  }

  /// The events after an id, oldest first.
  ///
  /// @param environment empty for all environments
  List<Event> after(Optional<EnvironmentName> environment, long id, int most);

  /// The newest events, in ascending order.
  List<Event> latest(Optional<EnvironmentName> environment, int most);
}
