package run.ephemeral.e2e;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import run.ephemeral.testkit.Plane;

/// Requests pages all the time and records every failure.
final class Visitor implements AutoCloseable {
  private final AtomicBoolean leaving = new AtomicBoolean();
  private final AtomicInteger requests = new AtomicInteger();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final Thread thread;

  Visitor(Plane plane, List<String> environments) {
    thread = Thread.startVirtualThread(() -> visit(plane, environments));
  }

  private void visit(Plane plane, List<String> environments) {
    while (!leaving.get()) {
      for (var environment : environments) {
        requests.incrementAndGet();
        try {
          var status = plane.page(environment).statusCode();
          if (status != 200) {
            failures.add(environment + " answered " + status);
          }
        } catch (RuntimeException e) {
          failures.add(environment + ": " + e);
        }
      }
    }
  }

  /// @return the failures
  List<String> end() throws InterruptedException {
    leaving.set(true);
    thread.join();
    return failures;
  }

  int requests() {
    return requests.get();
  }

  @Override
  public void close() {
    leaving.set(true);
  }
}
