package run.ephemeral.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import run.ephemeral.testkit.Eventually;

/// From a command to its answer: the control plane from nothing to its first answer, with
/// PostgreSQL and three environments to take up, and `ephemeral list`. The environments sleep: how
/// long their own programs take to start is not ours.
final class Start implements Benchmark {
  private static final int ROUNDS = 9;

  @Override
  public void measure(Report report) throws Exception {
    var command = new double[ROUNDS];
    var plane = new double[ROUNDS];
    var list = new double[ROUNDS];
    try (var product = new Product()) {
      product.run("demo", "--keep");
      for (var name : List.of("pr-shop-1", "pr-shop-2", "pr-shop-3")) {
        product.run("sleep", name, "--wait");
      }
      product.run("down");
      for (int i = 0; i < ROUNDS; i++) {
        var began = System.nanoTime();
        var terminal = product.begin("server");
        Eventually.eventually("it answers", product.plane::answers);
        command[i] = (System.nanoTime() - began) / 1e9;
        plane[i] = own(product.plane.pid());
        list[i] = seconds(product, "list");
        product.run("down");
        terminal.waitFor();
      }
    }
    report.figures("ephemeral server, until the API answers", new Figures(command), "s");
    report.figures("of that the control plane's own process", new Figures(plane), "s");
    report.figures("ephemeral list", new Figures(list), "s");
    report.atMost("start.control-plane-seconds", new Figures(plane).median(), 1.5);
    report.atMost("start.list-seconds", new Figures(list).median(), 0.5);
  }

  /// Since the process of the control plane began, as far as the system tells: to 10 ms.
  private static double own(long pid) {
    var began = ProcessHandle.of(pid).flatMap(process -> process.info().startInstant());
    return Duration.between(began.orElseThrow(), Instant.now()).toMillis() / 1e3;
  }

  private static double seconds(Product product, String... command) throws Exception {
    var began = System.nanoTime();
    product.run(command);
    return (System.nanoTime() - began) / 1e9;
  }
}
