package run.ephemeral.bench;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Requests to an API server, counted by what they ask for. Safe for use by several threads.
final class Requests {
  private static final String WATCH = "WATCH";
  private static final Duration CALM = Duration.ofSeconds(3);

  private final Map<String, Integer> counts = new TreeMap<>();
  private long last = System.nanoTime();

  synchronized void add(String method, URI uri) {
    var isWatch = String.valueOf(uri.getQuery()).contains("watch=true");
    counts.merge((isWatch ? WATCH : method) + " " + kind(uri.getPath()), 1, Integer::sum);
    last = System.nanoTime();
  }

  /// Such as `deployments/*`, for every object of every namespace.
  private static String kind(String path) {
    return path.replaceFirst("^/(api|apis/[^/]+)/v[0-9a-z]+/", "")
        .replaceFirst("^namespaces/[^/]+/", "")
        .replaceFirst("/[^/]+", "/*");
  }

  /// What was counted since the last call.
  synchronized Count take() {
    var taken = new Count(Map.copyOf(counts));
    counts.clear();
    return taken;
  }

  private synchronized boolean isCalm() {
    return System.nanoTime() - last > CALM.toNanos();
  }

  /// Waits until nothing has been asked for some seconds.
  void awaitCalm() throws InterruptedException {
    while (!isCalm()) {
      Thread.sleep(100);
    }
  }

  /// @param by how many of each kind, such as `GET pods`
  record Count(Map<String, Integer> by) {
    private int of(Predicate<String> kind) {
      return by.entrySet().stream()
          .filter(one -> kind.test(one.getKey()))
          .mapToInt(Map.Entry::getValue)
          .sum();
    }

    /// Without watches: each is one request for as long as it lasts.
    int total() {
      return of(kind -> !kind.startsWith(WATCH));
    }

    int writes() {
      return of(kind -> !kind.startsWith("GET ") && !kind.startsWith(WATCH));
    }

    void tell(Report report, String name) {
      report.say("  %-44s %d requests, %d of them writes".formatted(name, total(), writes()));
      new TreeMap<>(by).forEach((kind, n) -> report.say("    %-42s %d".formatted(kind, n)));
    }
  }
}
