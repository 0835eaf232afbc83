package run.ephemeral.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import run.ephemeral.testkit.Eventually;

/// Time from a command to its answer: the start of the control plane, with PostgreSQL and three
/// environments, until its first answer; and `ephemeral list`. The environments sleep, so the start
/// of their programs is not measured.
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
      var own = commandLine(product.plane.pid());
      product.run("down");
      for (int i = 0; i < ROUNDS; i++) {
        command[i] = answers(product, product.launcher("server"));
        product.run("down");
        plane[i] = answers(product, new ProcessBuilder(own));
        product.run("down");
      }
      answers(product, product.launcher("server"));
      for (int i = 0; i < ROUNDS; i++) {
        list[i] = seconds(product, "list");
      }
    }
    report.figures("ephemeral server, until the API answers", new Figures(command), "s");
    report.figures("the control plane by itself", new Figures(plane), "s");
    report.figures("ephemeral list", new Figures(list), "s");
    report.atMost("start.control-plane-seconds", new Figures(plane).median(), 1.5);
    report.atMost("start.list-seconds", new Figures(list).median(), 0.5);
  }

  /// The command by which the process was started, read from /proc.
  private static List<String> commandLine(long pid) throws IOException {
    return List.of(Files.readString(Path.of("/proc", pid + "", "cmdline")).split("\0", 0));
  }

  private static double answers(Product product, ProcessBuilder builder) throws IOException {
    var began = System.nanoTime();
    builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    Eventually.eventually("it answers", product.plane::answers);
    return (System.nanoTime() - began) / 1e9;
  }

  private static double seconds(Product product, String... command) throws Exception {
    var began = System.nanoTime();
    product.run(command);
    return (System.nanoTime() - began) / 1e9;
  }
}
