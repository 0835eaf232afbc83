package run.ephemeral.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Requests the pages of several environments all the time, and records every answer that is not
/// the environment's own page. Failures while the control plane is known to be down are excused; a
/// wrong page never is.
final class StubbornVisitor implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicBoolean leaving = new AtomicBoolean();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger excused = new AtomicInteger();

  /// Incremented when the control plane goes down and when it is up again: odd while it is down.
  private final AtomicInteger downs = new AtomicInteger();

  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile int port;

  StubbornVisitor(int port, List<String> environments) {
    this.port = port;
    for (int i = 0; i < 2; i++) {
      threads.add(Thread.startVirtualThread(() -> visit(environments)));
    }
  }

  private void visit(List<String> environments) {
    while (!leaving.get()) {
      for (var environment : environments) {
        var before = downs.get();
        var problem = ask(environment);
        var wasDown = before % 2 == 1 || downs.get() != before;
        requests.incrementAndGet();
        if (!problem.isEmpty() && wasDown && !problem.startsWith("wrong")) {
          excused.incrementAndGet();
        } else if (!problem.isEmpty()) {
          failures.add(problem);
        }
      }
    }
  }

  private String ask(String environment) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
            .header("Host", environment + ".localhost:" + port)
            .timeout(PATIENCE)
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        return "failed: %s answered %d: %s"
            .formatted(environment, answer.statusCode(), answer.body());
      }
      return answer.body().startsWith(environment + " ")
          ? ""
          : "wrong: %s says `%s`".formatted(environment, answer.body());
    } catch (IOException e) {
      return "failed: " + environment + ": " + e;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Runs work during which the control plane is down.
  ///
  /// @param work returns the gateway's port afterwards
  void excuse(Callable<Integer> work) throws Exception {
    downs.incrementAndGet();
    port = work.call();
    downs.incrementAndGet();
  }

  int requests() {
    return requests.get();
  }

  int excused() {
    return excused.get();
  }

  /// @return the failures
  List<String> end() throws InterruptedException {
    leaving.set(true);
    for (var thread : threads) {
      thread.join();
    }
    return failures;
  }

  @Override
  public void close() {
    leaving.set(true);
    http.close();
  }
}
