package run.ephemeral.engine.kubernetes;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import run.ephemeral.core.name.EnvironmentKey;

/// Prepares the namespace of an environment once for all steps that need it at the same time.
final class Preparation {
  private final Namespaces namespaces;
  private final Map<EnvironmentKey, CompletableFuture<Boolean>> running = new ConcurrentHashMap<>();

  Preparation(Namespaces namespaces) {
    this.namespaces = namespaces;
  }

  /// @return whether the namespace was made
  boolean of(EnvironmentKey environment) throws InterruptedException {
    var mine = new CompletableFuture<Boolean>();
    var others = running.putIfAbsent(environment, mine);
    if (others != null) {
      return joined(environment, others);
    }
    try {
      var isNew = namespaces.prepare(environment);
      mine.complete(isNew);
      return isNew;
    } catch (InterruptedException | RuntimeException e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      running.remove(environment, mine);
    }
  }

  /// When the step that prepares is interrupted, this one takes over.
  private boolean joined(EnvironmentKey environment, CompletableFuture<Boolean> others)
      throws InterruptedException {
    try {
      return others.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      return of(environment);
    }
  }
}
