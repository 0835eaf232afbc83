package run.ephemeral.core.environment;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.name.EnvironmentName;

/// Port: the event log. Bounded; events outlive their environment.
public interface Events {
  /// Adds events in this order, all or none of them.
  void add(List<NewEvent> events);

  /// Adds an event without component or duration.
  default void note(EnvironmentName environment, Event.Level level, Event.Kind kind, String text) {
    add(List.of(new NewEvent(environment, level, kind, text)));
  }

  /// The events after an id, oldest first.
  ///
  /// @param environment empty for all environments
  List<Event> after(Optional<EnvironmentName> environment, long id, int most);

  /// The newest events, in ascending order.
  List<Event> latest(Optional<EnvironmentName> environment, int most);
}
