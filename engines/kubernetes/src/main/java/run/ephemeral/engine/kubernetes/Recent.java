package run.ephemeral.engine.kubernetes;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// The last few things that were noted within a minute.
final class Recent<T> {
  private static final int MOST = 200;
  private static final Duration LASTS = Duration.ofMinutes(1);

  /// With the time of the note.
  private final Map<T, Long> noted =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<T, Long> eldest) {
          return size() > MOST;
        }
      };

  synchronized void note(T thing) {
    noted.remove(thing);
    noted.put(thing, System.nanoTime());
  }

  synchronized boolean knows(T thing) {
    var at = noted.get(thing);
    return at != null && System.nanoTime() - at < LASTS.toNanos();
  }

  /// @return whether it was known
  synchronized boolean forget(T thing) {
    var isKnown = knows(thing);
    noted.remove(thing);
    return isKnown;
  }
}
