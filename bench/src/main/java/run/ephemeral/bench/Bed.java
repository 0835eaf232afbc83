package run.ephemeral.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Plane;
import run.ephemeral.testkit.TestBed;

/// The product on the test bed's cluster, with an app of two services whose images are there.
///
/// Every namespace and node carries a label of this run, by which all are removed at the end, also
/// after an interrupt.
final class Bed implements AutoCloseable {
  private static final int SERVICES = 2;

  private static final String TAINT = "kwok.x-k8s.io/node";

  final Product product;
  final Path app;
  private final String mark = "bench=" + Long.toString(System.currentTimeMillis(), 36);
  private final ObjectWatch deployments;
  private final ObjectWatch services;
  private final AtomicInteger nodes = new AtomicInteger();

  Bed() throws IOException, InterruptedException {
    product = new Product();
    product.before(this::abandon);
    product.afterwards(this::clean);
    deployments = new ObjectWatch("deployments");
    services = new ObjectWatch("services");
    app = Files.createDirectory(product.folder.resolve("app"));
    Files.writeString(
        app.resolve("ephemeral.yaml"),
        """
        app: bench
        services:
          web: { image: "%s:1", port: 8080, public: true, ready_within: 30m }
          api: { image: "%s:1", port: 8080, ready_within: 30m }
        """
            .formatted(TestBed.WEB, TestBed.WEB));
    Product.git(app, "init", "-q", "-b", "main");
    Product.git(app, "add", "-A");
    Product.git(app, "commit", "-qm", "An app of images");
    product.plane.environment.put("EPHEMERAL_PLAIN_REGISTRIES", TestBed.REGISTRY);
    product.plane.start();
  }

  /// A program of the test bed.
  static Path program(String name) {
    return TestBed.kubeconfig().resolveSibling("../bin/" + name).normalize();
  }

  Plane plane() {
    return product.plane;
  }

  /// Adds the cluster under a name.
  void add(String name, Path kubeconfig, String... more) throws Exception {
    var command = new ArrayList<>(List.of("cluster", "add", name, "--kubeconfig"));
    command.addAll(List.of(kubeconfig.toString(), "--reach", "direct", "--label", mark));
    command.addAll(List.of(more));
    product.run(command.toArray(String[]::new));
  }

  void remove(String name) throws Exception {
    product.run("cluster", "remove", name);
  }

  /// Adds the cluster under a name, with nodes that kwok plays: their pods are ready without
  /// running.
  ///
  /// What enforces network policies on the node of the test bed is stopped meanwhile: it works
  /// through those of all namespaces when any pod changes, on the cores of the API server.
  void addFake(String name, Path kubeconfig, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      var node =
          """
          apiVersion: v1
          kind: Node
          metadata:
            name: %s-%d
            labels: { type: kwok, %s }
            annotations: { kwok.x-k8s.io/node: fake }
          spec:
            taints: [{ key: %s, value: fake, effect: NoSchedule }]
          """
              .formatted(
                  mark.replace('=', '-'), nodes.incrementAndGet(), mark.replace("=", ": "), TAINT);
      var file = Files.writeString(product.folder.resolve("node.yaml"), node);
      TestBed.kubectl("apply", "-f", file.toString());
    }
    TestBed.kubectl("wait", "--for=condition=Ready", "node", "-l", mark, "--timeout=60s");
    var paused = TestBed.pause("kube-router");
    product.before(paused::close);
    add(name, kubeconfig, "--node-selector", mark, "--toleration", TAINT + ":NoSchedule");
  }

  /// Asks for an environment, and returns without waiting for it.
  void ask(String name, String cluster) {
    var body =
        "{\"directory\":\"%s\",\"name\":\"%s\",\"cluster\":\"%s\"}".formatted(app, name, cluster);
    var answer = product.plane.ask("POST", "/environments", body);
    if (answer.statusCode() != 202) {
      throw new IllegalStateException(answer.body());
    }
  }

  /// Waits until the Deployments and Services of an environment are there, before which the product
  /// applies all else.
  ///
  /// @return `System.nanoTime()` of then
  long awaitApplied(String name) throws InterruptedException {
    return Math.max(deployments.await(name, SERVICES), services.await(name, SERVICES));
  }

  void awaitSettled(String name) {
    Eventually.eventually(
        name + " is settled",
        () -> {
          var environment = product.plane.environment(name);
          return environment.path("phase").asText().equals("ready")
              && environment.path("settled").asBoolean();
        });
  }

  void destroy(Set<String> names) throws InterruptedException {
    var all = List.copyOf(names);
    Nap.together(
        all.size(),
        i -> product.plane.ask("DELETE", "/environments/" + all.get(i - 1), "").statusCode());
    while (product.plane.get("/environments").findValuesAsText("name").stream()
        .anyMatch(names::contains)) {
      Thread.sleep(100);
    }
  }

  /// Environments on a cluster prevent the control plane's own removal.
  private void abandon() throws IOException, InterruptedException {
    for (var cluster : product.plane.get("/clusters")) {
      product.run("cluster", "remove", cluster.path("name").asText(), "--abandon");
    }
  }

  /// Namespaces first: only on a node do their pods end at once.
  private void clean() {
    deployments.close();
    services.close();
    TestBed.kubectl("delete", "ns", "-l", mark, "--wait=true", "--ignore-not-found");
    TestBed.kubectl("delete", "nodes", "-l", mark, "--ignore-not-found");
  }

  @Override
  public void close() {
    product.close();
  }
}
