package run.ephemeral.reconciler;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.environment.Events;

/// The events of one run, in order. An event that cannot be written waits, and never fails the run.
/// Used by one thread at a time.
final class Diary {
  private static final Logger LOG = LoggerFactory.getLogger(Diary.class);

  private final Events events;
  private final Deque<Consumer<Events>> lines = new ArrayDeque<>();

  Diary(Events events) {
    this.events = events;
  }

  void add(Consumer<Events> line) {
    lines.add(line);
  }

  /// Writes the waiting events, up to the first failure.
  void write() {
    try {
      for (var line = lines.peek(); line != null; line = lines.peek()) {
        line.accept(events);
        lines.remove();
      }
    } catch (RuntimeException e) {
      LOG.warn("{} events wait to be written: {}", lines.size(), e.toString());
    }
  }
}
