package run.ephemeral.bench;

import java.nio.file.Files;
import java.time.Duration;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Gitea;

/// Time from the moment at which a real Gitea answers that a pull request is opened until its
/// comment there says that the environment is ready, with a URL that answers; minus the time that
/// the environment itself took. With webhooks, and with the control plane asking only.
///
/// Needs the Gitea of `./dev testbed up gitea`.
final class Told implements Benchmark {
  private static final int ROUNDS = 11;
  private static final int ROUNDS_OF_ASKING = 5;
  private static final double GOAL_SECONDS = 1;
  private static final String FILE =
      "app: shop\nservices:\n  web: { run: python3 serve.py, public: true }\n";
  private static final String SERVE =
      """
      import http.server, os
      class Page(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              self.send_response(200)
              self.end_headers()
              self.wfile.write(b"hello")
      http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
      """;

  @Override
  public void measure(Report report) throws Exception {
    if (!Gitea.isUp()) {
      throw new IllegalStateException("start a Gitea first: ./dev testbed up gitea");
    }
    report.say("by webhook");
    var added = measure(report, true, ROUNDS);
    report.say("by asking every ten seconds");
    measure(report, false, ROUNDS_OF_ASKING);
    report.atMost("pullrequest.added.seconds", added.median() / 1000, GOAL_SECONDS);
  }

  private static Figures measure(Report report, boolean byWebhook, int rounds) throws Exception {
    var total = new double[rounds];
    var itself = new double[rounds];
    var added = new double[rounds];
    try (var product = new Product();
        var gitea = new Gitea()) {
      var repository = gitea.repository("shop", true);
      repository.commit(Gitea.ADMIN, "main", "serve.py", SERVE);
      repository.commit(Gitea.ADMIN, "main", "ephemeral.yaml", FILE);
      follow(product, gitea, repository, byWebhook);
      for (int i = 0; i <= rounds; i++) {
        var round = open(product, gitea, repository, i);
        if (i > 0) {
          total[i - 1] = round.total().toNanos() / 1e6;
          itself[i - 1] = round.itself().toNanos() / 1e6;
          added[i - 1] = total[i - 1] - itself[i - 1];
        }
      }
    }
    report.figures("opened to a comment that says ready", new Figures(total), "ms");
    report.figures("the environment itself", new Figures(itself), "ms");
    report.figures("added, round by round", new Figures(added), "ms");
    return new Figures(added);
  }

  private static void follow(
      Product product, Gitea gitea, Gitea.Repository repository, boolean byWebhook)
      throws Exception {
    product.plane.start();
    var token = Files.writeString(product.folder.resolve("token"), gitea.token(Gitea.ADMIN));
    var url = Gitea.url();
    if (byWebhook) {
      var here = product.plane.url();
      product.run(
          "gitea", "setup", "--url", url, "--token-file", token.toString(), "--webhooks", here);
    } else {
      product.run("gitea", "setup", "--url", url, "--token-file", token.toString());
    }
    product.run("app", "add", Gitea.host() + "/" + repository.path());
  }

  private record Round(Duration total, Duration itself) {}

  private static Round open(Product product, Gitea gitea, Gitea.Repository repository, int round)
      throws Exception {
    var branch = "branch-" + round;
    repository.commit(Gitea.ADMIN, branch, "page", branch);
    // What the branch itself causes is over then.
    Thread.sleep(Duration.ofSeconds(2));
    var number = repository.open(Gitea.ADMIN, branch, "Round " + round);
    var began = System.nanoTime();
    var name = "pr-shop-" + number;
    var path = "/repos/%s/issues/%d/comments".formatted(repository.path(), number);
    Eventually.eventually(
        name + " is told to be ready",
        () -> gitea.ask(Gitea.ADMIN, "GET", path, _ -> {}).toString().contains("is ready"));
    var total = Duration.ofNanos(System.nanoTime() - began);
    var port = product.plane.gatewayPort();
    Visit.untilAnswered(port, "%s.localhost:%d".formatted(name, port), "/");
    var itself = Duration.ofMillis(product.plane.environment(name).path("readyMillis").asLong());
    repository.close(number);
    Eventually.eventually(
        name + " is gone", () -> product.plane.environment(name).path("status").asInt() == 404);
    return new Round(total, itself);
  }
}
