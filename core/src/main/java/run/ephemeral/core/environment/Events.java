package run.ephemeral.core.environment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// Port: the diary of environments. Kept for a while after they are gone, and bounded.
public interface Events {
  void add(
      EnvironmentName environment,
      Event.Level level,
      Event.Kind kind,
      Optional<ComponentName> component,
      String text,
      Optional<Duration> took);

  /// A line of news without a component.
  default void note(EnvironmentName environment, Event.Level level, Event.Kind kind, String text) {
    add(environment, level, kind, Optional.empty(), text, Optional.empty());
  }

  /// Those after an id, oldest first.
  ///
  /// @param environment empty for all of them
  List<Event> after(Optional<EnvironmentName> environment, long id, int most);

  /// The newest, oldest of them first.
  List<Event> latest(Optional<EnvironmentName> environment, int most);
}
