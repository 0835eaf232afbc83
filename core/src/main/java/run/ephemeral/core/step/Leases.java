package run.ephemeral.core.step;

import java.util.LinkedHashMap;
import java.util.Map;
import run.ephemeral.core.name.EnvironmentId;

/// The newest lease token seen for each of the environments used most recently. A token is kept
/// after its environment was removed, since the owner of a lost lease may come late; the number of
/// tokens is bounded.
public final class Leases {
  private static final int MOST = 10_000;

  private final Map<EnvironmentId, Long> newest =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<EnvironmentId, Long> eldest) {
          return size() > MOST;
        }
      };

  /// Records the lease, and returns whether no newer lease of the environment was seen.
  public synchronized boolean isNewest(EnvironmentId environment, Fence fence) {
    return newest.merge(environment, fence.lease(), Math::max) == fence.lease();
  }
}
