package run.ephemeral.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Plane;

/// A push that changes one of the sample shop's three services, while all three get requests: time
/// from the push to the new page, minus that of the service's own build and start.
final class Update implements Benchmark {
  private static final String NAME = "pr-shop-1";
  private static final int ROUNDS = 7;
  private static final int FEWEST_REQUESTS = 1000;

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private int restarted;

  @Override
  public void measure(Report report) throws Exception {
    var total = new double[ROUNDS];
    var added = new double[ROUNDS];
    try (var product = new Product()) {
      product.run("demo", "--keep");
      var shop = product.plane.home.resolve("demo/shop");
      Product.git(shop, "checkout", "-q", "warmer-look");
      for (int i = 0; i < ROUNDS; i++) {
        var before = pids(product.plane);
        total[i] = push(product.plane, shop, "bench " + i);
        added[i] = total[i] - ownMillis(product.plane);
        restarted = Math.max(restarted, changed(before, pids(product.plane)));
      }
    }
    report.figures("push to the new page", new Figures(total), "ms");
    report.figures("minus the service's own build and start", new Figures(added), "ms");
    report.say("  %d requests meanwhile, %d failed".formatted(requests.get(), failed.get()));
    report.atMost("update.added-seconds", new Figures(added).median() / 1000, 1);
    report.atMost("update.restarted", restarted, 1);
    report.atMost("update.failed", failed.get(), 0);
    report.atLeast("update.requests", requests.get(), FEWEST_REQUESTS);
  }

  private double push(Plane plane, Path shop, String mark) throws Exception {
    var page = shop.resolve("web/page.html");
    Files.writeString(
        page, Files.readString(page).replaceFirst("<body", "<!-- " + mark + " --><body"));
    var leaving = new AtomicBoolean();
    var visitors = visitors(plane, leaving);
    try {
      var began = System.nanoTime();
      Product.git(shop, "commit", "-q", "-a", "-m", mark);
      Eventually.eventually("the new page", () -> plane.page(NAME).body().contains(mark));
      var took = (System.nanoTime() - began) / 1e6;
      plane.awaitPhase(NAME, "ready");
      return took;
    } finally {
      leaving.set(true);
      for (var visitor : visitors) {
        visitor.join();
      }
    }
  }

  /// One thread per service that sends requests almost without pause.
  private List<Thread> visitors(Plane plane, AtomicBoolean leaving) {
    var threads = new ArrayList<Thread>();
    for (var component : plane.environment(NAME).get("components")) {
      if (component.get("kind").asText().equals("service")) {
        var inside = component.path("address").asText("");
        var port = inside.startsWith("http") ? portOf(inside) : plane.gatewayPort();
        var host = inside.startsWith("http") ? "localhost" : NAME + ".localhost:" + port;
        var path = inside.startsWith("http") ? "/healthz" : "/";
        threads.add(Thread.startVirtualThread(() -> ask(port, host, path, leaving)));
      }
    }
    return threads;
  }

  private static int portOf(String url) {
    return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
  }

  private void ask(int port, String host, String path, AtomicBoolean leaving) {
    while (!leaving.get()) {
      requests.incrementAndGet();
      if (Visit.to(port, host, path).status() != 200) {
        failed.incrementAndGet();
      }
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /// Duration of the newest build plus that of the newest start until healthy.
  private static double ownMillis(Plane plane) {
    var millis = new TreeMap<String, Double>();
    for (var event : plane.get("/environments/" + NAME + "/events?limit=200")) {
      if (event.path("component").asText("").equals("web") && event.hasNonNull("millis")) {
        millis.put(event.get("step").asText(), event.get("millis").asDouble());
      }
    }
    return millis.getOrDefault("build", 0.0) + millis.getOrDefault("healthy", 0.0);
  }

  private static Map<String, Long> pids(Plane plane) {
    var pids = new TreeMap<String, Long>();
    for (var component : plane.environment(NAME).get("components")) {
      if (component.hasNonNull("pid")) {
        pids.put(component.get("name").asText(), component.get("pid").asLong());
      }
    }
    return pids;
  }

  private static int changed(Map<String, Long> before, Map<String, Long> after) {
    return (int) before.entrySet().stream().filter(e -> !after.entrySet().contains(e)).count();
  }
}
