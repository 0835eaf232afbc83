package run.ephemeral.engine.kubernetes;

import java.util.function.BiPredicate;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Leases;

/// Judges whether a step was overtaken: its lease was lost.
///
/// @param current whether a lease is the newest one, as the table says
record Fences(Leases leases, BiPredicate<EnvironmentId, Fence> current, Namespaces namespaces) {
  /// A process that was paused does not know of newer leases; the table does.
  boolean isStale(EnvironmentKey environment, Fence fence) {
    return !leases.isNewest(environment.id(), fence) || !current.test(environment.id(), fence);
  }

  /// Whether the lease was lost. A namespace that was made meanwhile is removed again: the owner of
  /// the newer lease may have removed the environment. While the lease was held another step may
  /// have begun to use it; then the owner of the newer lease has seen it.
  boolean isStale(EnvironmentKey environment, Fence fence, Namespaces.Made made) {
    made.users().incrementAndGet();
    if (!isStale(environment, fence)) {
      return false;
    }
    if (made.users().decrementAndGet() == 0 && made.isNew()) {
      namespaces.deleteUnused(environment, made.namespace());
    }
    return true;
  }
}
