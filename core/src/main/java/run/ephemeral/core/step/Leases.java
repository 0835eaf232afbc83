package run.ephemeral.core.step;

import java.util.LinkedHashMap;
import java.util.Map;
import run.ephemeral.core.name.EnvironmentId;

/// The newest lease of each environment that something was done for lately. It outlives the
/// environment, since whoever lost a lease may be late; not for ever, since there are always new
/// ones.
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

  /// Whether nobody came with a newer one.
  public synchronized boolean isNewest(EnvironmentId environment, Fence fence) {
    return newest.merge(environment, fence.lease(), Math::max) == fence.lease();
  }
}
