package run.ephemeral.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import run.ephemeral.testkit.Plane;
import run.ephemeral.testkit.TestBed;

/// Environments of two services on the test bed's cluster: from the API call until all objects are
/// there, and until the page answers; a visit that wakes one; a hundred at once; and how often the
/// API server is asked.
///
/// kubectl and Helm apply the same objects, copied from the first environment, in alternation.
/// Visits to the product go through its gateway to a pod, the peer's to the Service.
final class Kubernetes implements Benchmark {
  /// The page of the image, whole.
  static final String PAGE = "hello\n";

  private static final String FIRST = "bench-0";
  private static final String CLUSTER = "bed";
  private static final int HUNDRED = 100;
  private static final int NODES = 5;
  private static final Duration REST = Duration.ofSeconds(60);

  private final int rounds;

  Kubernetes(int rounds) {
    this.rounds = rounds;
  }

  @Override
  public void measure(Report report) throws Exception {
    if (!TestBed.isUp()) {
      report.say("  left out: no test bed is up (./dev testbed up)");
      return;
    }
    try (var bed = new Bed()) {
      bed.add(CLUSTER, TestBed.kubeconfig());
      compare(bed, report);
      bed.remove(CLUSTER);
      try (var proxy = new CountingProxy(bed.product.folder)) {
        bed.add(CLUSTER, proxy.kubeconfig);
        count(bed, proxy.requests, report);
        bed.remove(CLUSTER);
      }
      bed.addFake(CLUSTER, TestBed.kubeconfig(), NODES);
      hundred(bed, report);
    }
  }

  /// @param applied milliseconds until all objects were there
  /// @param answered milliseconds until the page answered
  record Took(double applied, double answered) {}

  private void compare(Bed bed, Report report) throws Exception {
    var ours = new double[3][rounds];
    var ratios = new double[4][rounds];
    create(bed, FIRST);
    var copied = Copied.of(FIRST);
    try (var kubectl = new KubectlPeer(bed.product.folder, copied);
        var helm = new HelmPeer(bed.product.folder, copied)) {
      bed.product.afterwards(kubectl::close);
      bed.product.afterwards(helm::close);
      kubectl.create();
      helm.apply();
      for (int i = 0; i < rounds; i++) {
        var name = "bench-" + (i + 1);
        var took = create(bed, name);
        var theirs = kubectl.create();
        ours[0][i] = took.applied();
        ratios[0][i] = took.applied() / theirs.applied();
        ratios[1][i] = took.applied() / helm.apply();
        ours[1][i] = took.answered();
        ratios[2][i] = took.answered() / theirs.answered();
        together(() -> bed.product.run("sleep", FIRST, "--wait"), kubectl::sleep);
        ours[2][i] = wake(bed, FIRST);
        ratios[3][i] = ours[2][i] / kubectl.wake();
        together(() -> bed.destroy(Set.of(name)), kubectl::close, helm::close);
      }
    }
    bed.destroy(Set.of(FIRST));
    report.figures("API call to all objects applied", new Figures(ours[0]), "ms");
    report.figures("  beside kubectl apply --server-side", new Figures(ratios[0]), "x");
    report.figures("  beside helm upgrade --install", new Figures(ratios[1]), "x");
    report.figures("API call to the page", new Figures(ours[1]), "ms");
    report.figures("  beside kubectl apply and polling", new Figures(ratios[2]), "x");
    report.figures("visit that wakes to its first byte", new Figures(ours[2]), "ms");
    report.figures("  beside kubectl scale and polling", new Figures(ratios[3]), "x");
    report.atMost("kubernetes.applied-by-kubectl", new Figures(ratios[0]).median(), 1.5);
    report.atMost("kubernetes.applied-by-helm", new Figures(ratios[1]).median(), 0.25);
    report.atMost("kubernetes.answered", new Figures(ratios[2]).median(), 1.15);
    report.atMost("kubernetes.wake", new Figures(ratios[3]).median(), 1.15);
  }

  private static Took create(Bed bed, String name) throws InterruptedException {
    var plane = bed.plane();
    var began = System.nanoTime();
    bed.ask(name, CLUSTER);
    var applied = (bed.awaitApplied(name) - began) / 1e6;
    Visit.untilAnswered(plane.gatewayPort(), host(plane, name), "/");
    var answered = (System.nanoTime() - began) / 1e6;
    if (!plane.page(name).body().equals(PAGE)) {
      throw new IllegalStateException("another page: " + plane.page(name).body());
    }
    return new Took(applied, answered);
  }

  /// What is not measured and waits for pods, which take their time to end.
  private static void together(Product.Work... works) throws InterruptedException {
    Nap.together(
        works.length,
        i -> {
          try {
            works[i - 1].run();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return i;
        });
  }

  private static double wake(Bed bed, String name) {
    var plane = bed.plane();
    var visit = Visit.to(plane.gatewayPort(), host(plane, name), "/");
    if (visit.status() != 200) {
      throw new IllegalStateException("the visit was answered with " + visit.status());
    }
    return visit.millis();
  }

  private static String host(Plane plane, String name) {
    return name + ".localhost:" + plane.gatewayPort();
  }

  /// One environment is created, updated by a commit that changes nothing of it, and left alone.
  private static void count(Bed bed, Requests requests, Report report) throws Exception {
    requests.take();
    bed.ask(FIRST, CLUSTER);
    bed.awaitSettled(FIRST);
    requests.awaitCalm();
    requests.take().tell(report, "creating one environment");
    Files.writeString(bed.app.resolve("README.md"), "Changes no service.\n");
    Product.git(bed.app, "add", "-A");
    Product.git(bed.app, "commit", "-qm", "A commit that changes no service");
    bed.ask(FIRST, CLUSTER);
    bed.awaitSettled(FIRST);
    requests.awaitCalm();
    var update = requests.take();
    update.tell(report, "an update that changes nothing");
    Thread.sleep(REST);
    var rest = requests.take();
    rest.tell(report, "at rest for %d s".formatted(REST.toSeconds()));
    report.atMost("kubernetes.update-writes", update.writes(), 0);
    report.atMost("kubernetes.rest-requests", rest.total(), 0);
    bed.destroy(Set.of(FIRST));
  }

  private static void hundred(Bed bed, Report report) throws InterruptedException {
    var began = System.nanoTime();
    Nap.together(
        HUNDRED,
        i -> {
          bed.ask("bench-" + i, CLUSTER);
          return i;
        });
    var asked = (System.nanoTime() - began) / 1e9;
    var names = new HashSet<String>();
    var last = began;
    for (int i = 1; i <= HUNDRED; i++) {
      names.add("bench-" + i);
      last = Math.max(last, bed.awaitApplied("bench-" + i));
    }
    var seconds = (last - began) / 1e9;
    report.say(
        "  %d at once: all asked for after %.1f s, all applied after %.1f s"
            .formatted(HUNDRED, asked, seconds));
    report.atLeast("kubernetes.applied-per-second", HUNDRED / seconds, 5);
    bed.destroy(names);
  }
}
