package run.ephemeral.engine.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Sends requests that do not depend on each other at the same time.
final class AtOnce {
  private AtOnce() {}

  interface Request {
    void send() throws InterruptedException;
  }

  /// Returns when all have ended; throws what the first of them threw.
  static void all(Request... requests) throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>();
      for (var request : List.of(requests)) {
        running.add(
            threads.submit(
                () -> {
                  request.send();
                  return null;
                }));
      }
      try {
        for (var one : running) {
          one.get();
        }
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException thrown -> throw thrown;
          case InterruptedException thrown -> throw thrown;
          case null, default -> throw new IllegalStateException(e.getCause());
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }
}
