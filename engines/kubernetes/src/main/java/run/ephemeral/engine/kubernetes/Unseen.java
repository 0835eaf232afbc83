package run.ephemeral.engine.kubernetes;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import run.ephemeral.core.name.EnvironmentId;

/// Tells of changes that no observation has seen.
///
/// The end of a step causes an observation: one that begins soon after a change sees it, and nobody
/// needs to be told.
final class Unseen {
  private final Duration patience;
  private final Set<EnvironmentId> changed = ConcurrentHashMap.newKeySet();

  /// @param patience how long after a change an observation may begin that sees it
  Unseen(Duration patience) {
    this.patience = patience;
  }

  /// Several changes in a short time are told once.
  void changed(EnvironmentId environment, Consumer<EnvironmentId> listener) {
    if (changed.add(environment)) {
      var _ = Thread.ofVirtual().name("unseen").start(() -> tellLater(environment, listener));
    }
  }

  private void tellLater(EnvironmentId environment, Consumer<EnvironmentId> listener) {
    try {
      Thread.sleep(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (changed.remove(environment)) {
      listener.accept(environment);
    }
  }

  /// An observation begins.
  void looks(EnvironmentId environment) {
    changed.remove(environment);
  }
}
