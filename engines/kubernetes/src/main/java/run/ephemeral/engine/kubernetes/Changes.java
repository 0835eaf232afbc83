package run.ephemeral.engine.kubernetes;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import run.ephemeral.core.name.EnvironmentId;

/// Wakes steps that wait for a change of their environment's pods.
final class Changes {
  private final Set<Bell> waiting = ConcurrentHashMap.newKeySet();

  /// For one step that waits. Remembers a change that comes while it asks the API server.
  final class Bell implements AutoCloseable {
    private final EnvironmentId environment;
    private final Semaphore rung = new Semaphore(0);

    private Bell(EnvironmentId environment) {
      this.environment = environment;
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

  Bell of(EnvironmentId environment) {
    var bell = new Bell(environment);
    waiting.add(bell);
    return bell;
  }

  void changed(EnvironmentId environment) {
    for (var bell : waiting) {
      if (bell.environment.equals(environment)) {
        bell.rung.release();
      }
    }
  }
}
