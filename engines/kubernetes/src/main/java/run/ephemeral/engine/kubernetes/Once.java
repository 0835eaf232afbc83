package run.ephemeral.engine.kubernetes;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/// Does a piece of work once for all steps that need it at the same time.
final class Once<K, T> {
  private final Map<K, CompletableFuture<Optional<T>>> running = new ConcurrentHashMap<>();

  interface Work<T> {
    T run() throws InterruptedException;
  }

  T of(K key, Work<T> work) throws InterruptedException {
    while (true) {
      var mine = new CompletableFuture<Optional<T>>();
      var others = running.putIfAbsent(key, mine);
      if (others == null) {
        return run(key, mine, work);
      }
      var theirs = joined(others);
      if (theirs.isPresent()) {
        return theirs.get();
      }
    }
  }

  private T run(K key, CompletableFuture<Optional<T>> mine, Work<T> work)
      throws InterruptedException {
    try {
      var value = work.run();
      leave(key, mine);
      mine.complete(Optional.of(value));
      return value;
    } catch (RuntimeException e) {
      leave(key, mine);
      // A request that was interrupted says nothing about the work.
      if (!Thread.currentThread().isInterrupted()) {
        mine.completeExceptionally(e);
      }
      throw e;
    } finally {
      leave(key, mine);
      mine.complete(Optional.empty());
    }
  }

  private void leave(K key, CompletableFuture<Optional<T>> mine) {
    running.remove(key, mine);
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
