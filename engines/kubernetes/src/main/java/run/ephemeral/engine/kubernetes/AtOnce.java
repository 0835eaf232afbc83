package run.ephemeral.engine.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Sends requests that do not depend on each other at the same time.
final class AtOnce {
  private AtOnce() {}

  /// Returns when all have ended; throws what the first of them threw.
  static void all(Runnable... requests) throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>();
      for (var request : List.of(requests)) {
        running.add(threads.submit(request));
      }
      try {
        for (var one : running) {
          one.get();
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException thrown
            ? thrown
            : new IllegalStateException(e.getCause());
      } finally {
        threads.shutdownNow();
      }
    }
  }
}
