package run.ephemeral.engine.kubernetes;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The last few things that were noted.
final class Recent<T> {
  private static final int MOST = 200;

  private final Set<T> noted =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<T, Boolean> eldest) {
                  return size() > MOST;
                }
              }));

  void note(T thing) {
    noted.add(thing);
  }

  boolean knows(T thing) {
    return noted.contains(thing);
  }

  /// @return whether it was noted
  boolean forget(T thing) {
    return noted.remove(thing);
  }
}
