package run.ephemeral.engine.kubernetes;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import run.ephemeral.core.name.EnvironmentKey;

/// Prepares the namespace of an environment once for all steps that need it at the same time.
final class Preparation {
  private final Namespaces namespaces;
  private final Map<EnvironmentKey, CompletableFuture<Optional<Boolean>>> running =
      new ConcurrentHashMap<>();

  Preparation(Namespaces namespaces) {
    this.namespaces = namespaces;
  }

  /// One of the callers has to mark it.
  Namespaces.Prepared of(EnvironmentKey environment) throws InterruptedException {
    while (true) {
      var mine = new CompletableFuture<Optional<Boolean>>();
      var others = running.putIfAbsent(environment, mine);
      if (others == null) {
        return prepare(environment, mine);
      }
      var theirs = joined(others);
      if (theirs.isPresent()) {
        return new Namespaces.Prepared(theirs.get(), Namespaces.Prepared.MARKED);
      }
    }
  }

  private Namespaces.Prepared prepare(
      EnvironmentKey environment, CompletableFuture<Optional<Boolean>> mine)
      throws InterruptedException {
    try {
      var prepared = namespaces.prepare(environment);
      leave(environment, mine);
      mine.complete(Optional.of(prepared.isNew()));
      return prepared;
    } catch (RuntimeException e) {
      leave(environment, mine);
      // A request that was interrupted says nothing about the namespace.
      if (!Thread.currentThread().isInterrupted()) {
        mine.completeExceptionally(e);
      }
      throw e;
    } finally {
      leave(environment, mine);
      mine.complete(Optional.empty());
    }
  }

  private void leave(EnvironmentKey environment, CompletableFuture<Optional<Boolean>> mine) {
    running.remove(environment, mine);
  }

  /// @return empty when the step that prepared it was interrupted: this one takes over
  private static Optional<Boolean> joined(CompletableFuture<Optional<Boolean>> others)
      throws InterruptedException {
    try {
      return others.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }
}
