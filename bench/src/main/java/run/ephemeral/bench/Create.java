package run.ephemeral.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import run.ephemeral.testkit.Eventually;

/// Time from the discovery of a pull request until its page answers, with all builds cached: the
/// three services of the sample shop and their database, in alternation with [Bare].
final class Create implements Benchmark {
  private static final int ROUNDS = 11;
  private static final int FIRST_NUMBER = 4;

  @Override
  public void measure(Report report) throws Exception {
    var ours = new double[ROUNDS];
    var bare = new double[ROUNDS];
    var ratio = new double[ROUNDS];
    try (var product = new Product()) {
      product.run("demo", "--keep");
      var shop = product.plane.home.resolve("demo/shop");
      try (var script = new Bare(product.plane, "pr-shop-1")) {
        create(product, shop, 0);
        script.start("web");
        for (int i = 0; i < ROUNDS; i++) {
          ours[i] = create(product, shop, i + 1).toNanos() / 1e6;
          bare[i] = script.start("web").toNanos() / 1e6;
          ratio[i] = ours[i] / bare[i];
        }
      }
    }
    report.figures("pull request seen to its page", new Figures(ours), "ms");
    report.figures("bare script, started to its page", new Figures(bare), "ms");
    report.figures("ratio, round by round", new Figures(ratio), "x");
    report.atMost("create.ratio", new Figures(ratio).median(), 1.10);
    report.atMost("create.seconds", new Figures(ours).median() / 1000, 1.5);
  }

  /// Creates a pull request with the files of `main`, so that all builds are cached.
  private static Duration create(Product product, Path shop, int round) throws Exception {
    var branch = "bench-" + round;
    var plane = product.plane;
    var name = "pr-shop-" + (FIRST_NUMBER + round);
    var commit = Product.git(shop, "commit-tree", "main^{tree}", "-p", "main", "-m", branch);
    Product.git(shop, "branch", branch, commit);
    Visit.untilAnswered(plane.gatewayPort(), name + ".localhost:" + plane.gatewayPort(), "/");
    var answered = Instant.now();
    var seen = Instant.parse(plane.environment(name).get("createdAt").asText());
    plane.awaitPhase(name, "ready");
    Product.git(shop, "branch", "-D", branch);
    Eventually.eventually(
        name + " is gone", () -> plane.environment(name).path("status").asInt() == 404);
    return Duration.between(seen, answered);
  }
}
