package run.ephemeral.reconciler;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.environment.NewEvent;

/// The events of one run, in order, written together once a round. Events that cannot be written
/// wait, and never fail the run. Used by one thread at a time.
final class Diary {
  private static final Logger LOG = LoggerFactory.getLogger(Diary.class);

  private final Events events;
  private final List<NewEvent> waiting = new ArrayList<>();

  Diary(Events events) {
    this.events = events;
  }

  void add(NewEvent event) {
    waiting.add(event);
  }

  /// Writes the waiting events.
  void write() {
    if (waiting.isEmpty()) {
      return;
    }
    try {
      events.add(List.copyOf(waiting));
      waiting.clear();
    } catch (RuntimeException e) {
      LOG.warn("{} events wait to be written: {}", waiting.size(), e.toString());
    }
  }
}
