package run.ephemeral.engine.kubernetes;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import run.ephemeral.core.name.EnvironmentId;

/// Tells of changes that no observation has seen.
///
/// While an environment starts, its steps wait for the same changes, and cause an observation when
/// they end: one that begins soon after a change sees it, and nobody needs to be told.
final class Unseen {
  private static final Duration SOON = Duration.ofMillis(300);

  private final Set<EnvironmentId> changed = ConcurrentHashMap.newKeySet();

  /// Several changes in a short time are told once.
  void changed(EnvironmentId environment, Consumer<EnvironmentId> listener) {
    if (changed.add(environment)) {
      var _ = Thread.ofVirtual().name("unseen").start(() -> tellLater(environment, listener));
    }
  }

  private void tellLater(EnvironmentId environment, Consumer<EnvironmentId> listener) {
    try {
      Thread.sleep(SOON);
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
