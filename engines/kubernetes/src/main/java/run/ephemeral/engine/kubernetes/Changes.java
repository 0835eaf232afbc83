package run.ephemeral.engine.kubernetes;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.spec.ComponentName;

/// Wakes steps that wait for a change of pods.
final class Changes {
  private final Set<Bell> waiting = ConcurrentHashMap.newKeySet();

  /// For one step that waits for pods of a component to be ready, or to be gone. Remembers a change
  /// that comes while it asks the API server.
  final class Bell implements AutoCloseable {
    private final EnvironmentId environment;
    private final ComponentName component;
    private final Semaphore rung = new Semaphore(0);

    private Bell(EnvironmentId environment, ComponentName component) {
      this.environment = environment;
      this.component = component;
    }

    /// Waits for a change, or until the time is over.
    ///
    /// @return whether there was a change
    boolean await(long millis) throws InterruptedException {
      if (!rung.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
        return false;
      }
      rung.drainPermits();
      return true;
    }

    @Override
    public void close() {
      waiting.remove(this);
    }
  }

  Bell of(EnvironmentId environment, ComponentName component) {
    var bell = new Bell(environment, component);
    waiting.add(bell);
    return bell;
  }

  /// @return whether a step waits for it
  boolean changed(PodWatch.Change change) {
    var isAwaited = false;
    for (var bell : waiting) {
      if (change.decides()
          && bell.environment.equals(change.environment())
          && bell.component.value().equals(change.component())) {
        bell.rung.release();
        isAwaited = true;
      }
    }
    return isAwaited;
  }
}
