package run.ephemeral.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import run.ephemeral.testkit.Plane;
import run.ephemeral.testkit.github.GitHub;

/// How many deliveries of webhooks the control plane stores and acknowledges, beside the inserts of
/// the same row by pgbench into the same PostgreSQL; how long one takes at half that load; and
/// whether one that was acknowledged survives `kill -9` of the control plane and of PostgreSQL.
///
/// The repository is followed, so that it is looked at all the while. Needs pgbench, and the
/// description of GitHub's API: `testbed/github/fetch`.
final class Deliveries implements Benchmark {
  private static final int CONNECTIONS = 16;
  private static final int ROUNDS = 5;
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final double GOAL_RATIO = 0.8;
  private static final double GOAL_MILLIS = 25;
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");
  private static final String FILE =
      "app: shop\nservices:\n  web: { run: python3 -m http.server $PORT }\n";

  @Override
  public void measure(Report report) throws Exception {
    if (!GitHub.isThere()) {
      throw new IllegalStateException("fetch GitHub's description first: testbed/github/fetch");
    }
    try (var product = new Product();
        var github = new GitHub(product.folder.resolve("github"))) {
      var url = follow(product, github);
      var port = Integer.parseInt(product.plane.url().replaceAll(".*:", ""));
      var load = new DeliveryLoad(port, url);
      prepare(product.plane);
      load.run(CONNECTIONS, WARM_UP);
      var ours = new double[ROUNDS];
      var peer = new double[ROUNDS];
      var ratio = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        peer[i] = pgbench(product, i);
        ours[i] = load.run(CONNECTIONS, ROUND).rate();
        ratio[i] = ours[i] / peer[i];
      }
      report.say("%d connections, bodies of %d bytes".formatted(CONNECTIONS, load.bytes()));
      report.figures("deliveries that were acknowledged", new Figures(ours), "a second");
      report.figures("inserts by pgbench", new Figures(peer), "a second");
      report.figures("ratio, round by round", new Figures(ratio), "x");
      var half = new Figures(ours).median() / 2;
      var latency = load.paced(CONNECTIONS, half, ROUND.multipliedBy(3));
      report.figures("one at %.0f a second".formatted(half), latency, "ms");
      report.say("  99th percentile %s ms".formatted(Figures.number(latency.percentile(0.99))));
      var lost = lost(product.plane, load, report);
      report.atLeast("webhook.rate.ratio", new Figures(ratio).median(), GOAL_RATIO);
      report.atMost("webhook.half.p99.millis", latency.percentile(0.99), GOAL_MILLIS);
      report.atMost("webhook.lost", lost, 0);
    }
  }

  /// @return the path of the webhook
  private static String follow(Product product, GitHub github) throws Exception {
    var repository = github.repository("shop");
    repository.commit("main", "ephemeral.yaml", FILE);
    product.plane.start();
    var key = Files.writeString(product.folder.resolve("key.pem"), github.pem());
    var secret = Files.writeString(product.folder.resolve("secret"), GitHub.SECRET);
    product.run(
        "github",
        "setup",
        "--url",
        github.url(),
        "--app",
        Long.toString(GitHub.APP),
        "--key-file",
        key.toString(),
        "--webhooks",
        product.plane.url(),
        "--webhook-secret-file",
        secret.toString());
    product.run("app", "add", github.host() + "/acme/shop");
    return "/hooks/" + github.host().replace(":", "%3A");
  }

  private static String server(Plane plane) throws IOException {
    return Files.readString(plane.home.resolve("postgres/password")).strip();
  }

  private static Connection connect(Plane plane, String database) throws IOException, SQLException {
    var url = "jdbc:postgresql://127.0.0.1:%s/%s".formatted(port(plane), database);
    return DriverManager.getConnection(url, "ephemeral", server(plane));
  }

  private static String port(Plane plane) throws IOException {
    return Files.readString(plane.home.resolve("postgres/port")).strip();
  }

  /// A database with the same table, so that both fill their own.
  private static void prepare(Plane plane) throws IOException, SQLException {
    try (var connection = connect(plane, "postgres");
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE pgbench");
    }
    try (var connection = connect(plane, "pgbench");
        var statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE delivery (
            host text NOT NULL, id text NOT NULL, body text NOT NULL,
            received_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (host, id), UNIQUE (host, body));
          CREATE INDEX ON delivery (received_at);
          """);
    }
  }

  private static double pgbench(Product product, int round) throws Exception {
    var script = product.folder.resolve("insert.sql");
    var insert =
        """
        \\set id random(1, 9000000000000000000)
        INSERT INTO delivery (host, id, body) VALUES ('github', :id::text || '-%d', \
        md5(:id::text) || md5('x' || :id)) ON CONFLICT DO NOTHING;
        """
            .formatted(round);
    Files.writeString(script, insert);
    var builder =
        new ProcessBuilder(
            "pgbench", "-n", "-M", "prepared", "-h", "127.0.0.1", "-p", port(product.plane));
    var clients = Integer.toString(CONNECTIONS);
    var seconds = Long.toString(ROUND.toSeconds());
    for (var option :
        new String[] {"-U", "ephemeral", "-c", clients, "-j", "2", "-T", seconds, "-f"}) {
      builder.command().add(option);
    }
    builder.command().add(script.toString());
    builder.command().add("pgbench");
    builder.environment().put("PGPASSWORD", server(product.plane));
    var said = Product.finish(builder);
    var rate = RATE.matcher(said);
    if (!rate.find()) {
      throw new IOException("pgbench says no rate: " + said);
    }
    return Double.parseDouble(rate.group(1));
  }

  /// @return how many acknowledged deliveries are not stored
  private static int lost(Plane plane, DeliveryLoad load, Report report) throws Exception {
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    var thread = Thread.ofPlatform().start(() -> load.untilItBreaks(CONNECTIONS, acknowledged));
    Thread.sleep(ROUND);
    var postmaster =
        Files.readAllLines(plane.home.resolve("postgres/data/postmaster.pid")).getFirst();
    plane.kill();
    ProcessHandle.of(Long.parseLong(postmaster.strip())).ifPresent(ProcessHandle::destroyForcibly);
    thread.join();
    plane.start();
    var stored = ConcurrentHashMap.<String>newKeySet();
    try (var connection = connect(plane, "postgres");
        var rows = connection.createStatement().executeQuery("SELECT id FROM delivery")) {
      while (rows.next()) {
        stored.add(rows.getString(1));
      }
    }
    report.say("  %d were acknowledged before kill -9".formatted(acknowledged.size()));
    acknowledged.removeAll(stored);
    return acknowledged.size();
  }
}
