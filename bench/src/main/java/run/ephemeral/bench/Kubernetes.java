package run.ephemeral.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import run.ephemeral.testkit.Plane;
import run.ephemeral.testkit.TestBed;

/// Environments on the test bed's cluster, in alternation with kubectl: two services from the API
/// call until their objects are there and until the page answers, and a visit that wakes one.
///
/// kubectl applies the same objects, copied from the first environment: the namespace, then, once
/// its ServiceAccount is there, the rest. The gateway goes to a pod, the peer to the Service.
final class Kubernetes implements Benchmark {
  private static final int ROUNDS = 5;
  private static final String KINDS =
      "limitrange,resourcequota,networkpolicy,deployment.apps,service";

  @Override
  public void measure(Report report) throws Exception {
    if (!TestBed.isUp()) {
      report.say("  left out: no test bed is up (./dev testbed up)");
      return;
    }
    var applied = new double[ROUNDS];
    var appliedRatio = new double[ROUNDS];
    var answered = new double[ROUNDS];
    var answeredRatio = new double[ROUNDS];
    var woken = new double[ROUNDS];
    var wokenRatio = new double[ROUNDS];
    try (var product = new Product()) {
      var app = app(product.folder);
      product.plane.environment.put("EPHEMERAL_PLAIN_REGISTRIES", TestBed.REGISTRY);
      product.plane.start();
      var config = TestBed.kubeconfig().toString();
      product.run("cluster", "add", "bed", "--kubeconfig", config, "--reach", "direct");
      create(product.plane, app, "bench-0");
      try (var peer = new KubectlPeer(product.folder, "bench-0", KINDS)) {
        peer.create();
        for (int i = 0; i < ROUNDS; i++) {
          var ours = create(product.plane, app, "bench-" + (i + 1));
          var theirs = peer.create();
          applied[i] = ours.applied();
          appliedRatio[i] = ours.applied() / theirs.applied();
          answered[i] = ours.answered();
          answeredRatio[i] = ours.answered() / theirs.answered();
          product.run("sleep", "bench-0", "--wait");
          var plane = product.plane;
          woken[i] =
              Visit.to(plane.gatewayPort(), "bench-0.localhost:" + plane.gatewayPort(), "/")
                  .millis();
          wokenRatio[i] = woken[i] / peer.wake();
          destroy(product, "bench-" + (i + 1));
        }
      }
      destroy(product, "bench-0");
    }
    report.figures("API call to all objects applied", new Figures(applied), "ms");
    report.figures("  beside kubectl apply --server-side", new Figures(appliedRatio), "x");
    report.figures("API call to the page", new Figures(answered), "ms");
    report.figures("  beside kubectl apply and polling", new Figures(answeredRatio), "x");
    report.figures("visit that wakes to its first byte", new Figures(woken), "ms");
    report.figures("  beside kubectl scale and polling", new Figures(wokenRatio), "x");
    report.atMost("kubernetes.applied", new Figures(appliedRatio).median(), 1.5);
    report.atMost("kubernetes.answered", new Figures(answeredRatio).median(), 1.15);
    report.atMost("kubernetes.wake", new Figures(wokenRatio).median(), 1.15);
  }

  /// @param applied milliseconds until all objects were there
  /// @param answered milliseconds until the page answered
  record Took(double applied, double answered) {}

  private static Path app(Path folder) throws IOException, InterruptedException {
    var app = Files.createDirectory(folder.resolve("app"));
    Files.writeString(
        app.resolve("ephemeral.yaml"),
        """
        app: bench
        services:
          web: { image: "%s:1", port: 8080, public: true }
          api: { image: "%s:1", port: 8080 }
        """
            .formatted(TestBed.WEB, TestBed.WEB));
    Product.git(app, "init", "-q", "-b", "main");
    Product.git(app, "add", "-A");
    Product.git(app, "commit", "-qm", "An app of images");
    return app;
  }

  /// The events of the product say when its last object was applied.
  private static Took create(Plane plane, Path app, String name) throws InterruptedException {
    var began = System.nanoTime();
    var body = "{\"directory\":\"%s\",\"name\":\"%s\",\"cluster\":\"bed\"}".formatted(app, name);
    plane.ask("POST", "/environments", body);
    var path = "/environments/%s/events?limit=50".formatted(name);
    while (plane.get(path).findValuesAsText("text").stream().filter("applied"::equals).count()
        < 2) {
      Thread.sleep(1);
    }
    var applied = (System.nanoTime() - began) / 1e6;
    Visit.untilAnswered(plane.gatewayPort(), name + ".localhost:" + plane.gatewayPort(), "/");
    return new Took(applied, (System.nanoTime() - began) / 1e6);
  }

  private static void destroy(Product product, String name) throws Exception {
    product.run("destroy", name, "--wait");
  }
}
