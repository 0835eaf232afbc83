package run.ephemeral.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.data.SeedFolders;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.SourceTree;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Leases;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.data.postgres.DataLimits;
import run.ephemeral.data.postgres.DatabaseServer;
import run.ephemeral.data.postgres.PostgresData;
import run.ephemeral.postgres.PostgresServer;
import run.ephemeral.testkit.Eventually;

/// Copying a golden database for an environment, compared with PostgreSQL's `CREATE DATABASE …
/// TEMPLATE` with each strategy, in alternation; and taking a copy made in advance.
final class Copy implements Benchmark {
  private static final ComponentName DB = new ComponentName("db");
  private static final Mirror REPOSITORY = new Mirror("app-bench");
  private static final Map<Integer, Integer> ROUNDS = Map.of(10, 7, 100, 5, 1024, 3);

  /// Unmeasured rounds, because a control plane runs for long after its JVM has warmed up.
  private static final int WARM_UP = 200;
  private static final int POOLED = 300;
  private static final int SPARES = 20;

  private int environments;

  @Override
  public void measure(Report report) throws Exception {
    var folder = Files.createTempDirectory("ephemeral-bench-");
    var postgres = new PostgresServer(folder.resolve("postgres"));
    try {
      var address = postgres.start();
      var server =
          new DatabaseServer(address.host(), address.port(), address.user(), address.password());
      try (var direct =
          DriverManager.getConnection(
              address.jdbcUrl("postgres"), address.user(), address.password())) {
        for (var megabytes : ROUNDS.keySet().stream().sorted().toList()) {
          cold(megabytes, folder, server, direct, report);
        }
        pooled(folder, server, direct, report);
      }
    } finally {
      postgres.stop();
      Product.delete(folder);
    }
  }

  private PostgresData data(Path folder, DatabaseServer server, int megabytes, int spares)
      throws IOException {
    var root = Files.createDirectories(folder.resolve("data-" + megabytes + "-" + spares));
    var data =
        new PostgresData(
            server,
            new Filler(megabytes),
            () -> new Unpacked(root),
            root,
            new Leases(),
            new DataLimits(Limits.DEFAULT.seed(), spares, Limits.DEFAULT.unused()));
    data.start();
    return data;
  }

  private static Component.Database order(int megabytes) {
    var seed = new SourceTree(REPOSITORY, "seed.sql", "seed of %d MB".formatted(megabytes));
    return new Component.Database(DB, Optional.of(seed), Optional.empty());
  }

  private void cold(
      int megabytes, Path folder, DatabaseServer server, Connection direct, Report report)
      throws Exception {
    var order = order(megabytes);
    var golden = "golden_" + order.key().hex().substring(0, 20);
    int rounds = ROUNDS.getOrDefault(megabytes, 1);
    var ours = new double[rounds];
    var log = new double[rounds];
    var file = new double[rounds];
    var ratio = new double[rounds];
    try (var data = data(folder, server, megabytes, 0)) {
      copy(data, order);
      for (int i = 0; i < rounds; i++) {
        ours[i] = copy(data, order);
        log[i] = raw(direct, golden, "WAL_LOG");
        file[i] = raw(direct, golden, "FILE_COPY");
        ratio[i] = ours[i] / Math.min(log[i], file[i]);
      }
    }
    report.say("a golden database of " + megabytes + " MB");
    report.figures("copied for an environment", new Figures(ours), "ms");
    report.figures("CREATE DATABASE, strategy WAL_LOG", new Figures(log), "ms");
    report.figures("CREATE DATABASE, strategy FILE_COPY", new Figures(file), "ms");
    report.figures("ratio to the better one", new Figures(ratio), "x");
    report.atMost("copy." + megabytes + "MB", new Figures(ratio).median(), 1.15);
  }

  private void pooled(Path folder, DatabaseServer server, Connection direct, Report report)
      throws Exception {
    var order = order(100);
    try (var data = data(folder, server, 10, SPARES)) {
      take(WARM_UP, data, order(10), direct);
    }
    double[] took;
    try (var data = data(folder, server, 100, SPARES)) {
      took = take(POOLED, data, order, direct);
    }
    report.say("a golden database of 100 MB, from the copies that are ready");
    report.figures("a copy for an environment", new Figures(took), "ms");
    report.say("  p99 " + Figures.number(new Figures(took).percentile(0.99)) + " ms");
    report.atMost("copy.pooled.p99", new Figures(took).percentile(0.99), 5);
  }

  /// @return duration of each copy in milliseconds
  private double[] take(int times, PostgresData data, Component.Database order, Connection direct)
      throws InterruptedException {
    var spares = "golden_" + order.key().hex().substring(0, 20) + "_spare_";
    var took = new double[times];
    copy(data, order);
    for (int i = 0; i < times; i++) {
      if (i % SPARES == 0) {
        Eventually.eventually("copies are ready", () -> whole(direct, spares) == SPARES);
      }
      took[i] = copy(data, order);
    }
    return took;
  }

  /// @return duration in milliseconds
  private double copy(PostgresData data, Component.Database order) throws InterruptedException {
    var number = ++environments;
    var place =
        new EnvironmentKey(new EnvironmentId(number), new EnvironmentName("bench-" + number));
    var began = System.nanoTime();
    var outcome = data.perform(place, new Step.Copy(order, "measured"), new Fence(1, 1));
    var took = (System.nanoTime() - began) / 1e6;
    if (!(outcome instanceof Outcome.Done)) {
      throw new IllegalStateException(outcome.toString());
    }
    data.perform(place, new Step.Drop(DB, "measured"), new Fence(1, 1));
    return took;
  }

  private static double raw(Connection direct, String golden, String strategy) throws SQLException {
    try (var statement = direct.createStatement()) {
      var began = System.nanoTime();
      statement.execute("CREATE DATABASE raw TEMPLATE %s STRATEGY %s".formatted(golden, strategy));
      var took = (System.nanoTime() - began) / 1e6;
      statement.execute("DROP DATABASE raw");
      return took;
    }
  }

  private static int whole(Connection direct, String prefix) {
    var sql =
        """
        SELECT count(*) FROM pg_database WHERE starts_with(datname, '%s')
        AND shobj_description(oid, 'pg_database') IS NOT NULL
        """
            .formatted(prefix);
    try (var statement = direct.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Only supports seeds that are files.
  private record Unpacked(Path path) implements SeedFolders.SeedFolder {
    @Override
    public void run(String name, String command, Map<String, String> env, Duration limit) {
      throw new UnsupportedOperationException(command);
    }

    @Override
    public void close() {}
  }
}
