package run.ephemeral.engine.kubernetes;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import run.ephemeral.core.name.EnvironmentKey;

/// Does a piece of work once for all steps of an environment that need it at the same time.
final class Once<T> {
  private final Map<EnvironmentKey, CompletableFuture<Optional<T>>> running =
      new ConcurrentHashMap<>();

  interface Work<T> {
    T run() throws InterruptedException;
  }

  T of(EnvironmentKey environment, Work<T> work) throws InterruptedException {
    while (true) {
      var mine = new CompletableFuture<Optional<T>>();
      var others = running.putIfAbsent(environment, mine);
      if (others == null) {
        return run(environment, mine, work);
      }
      var theirs = joined(others);
      if (theirs.isPresent()) {
        return theirs.get();
      }
    }
  }

  private T run(EnvironmentKey environment, CompletableFuture<Optional<T>> mine, Work<T> work)
      throws InterruptedException {
    try {
      var value = work.run();
      leave(environment, mine);
      mine.complete(Optional.of(value));
      return value;
    } catch (RuntimeException e) {
      leave(environment, mine);
      // A request that was interrupted says nothing about the work.
      if (!Thread.currentThread().isInterrupted()) {
        mine.completeExceptionally(e);
      }
      throw e;
    } finally {
      leave(environment, mine);
      mine.complete(Optional.empty());
    }
  }

  private void leave(EnvironmentKey environment, CompletableFuture<Optional<T>> mine) {
    running.remove(environment, mine);
  }

  /// @return empty when the step that did the work was interrupted: this one takes over
  private Optional<T> joined(CompletableFuture<Optional<T>> others) throws InterruptedException {
    try {
      return others.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }
}
