package run.ephemeral.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.postgres.Address;
import run.ephemeral.postgres.PostgresServer;
import run.ephemeral.store.PostgresStore;
import run.ephemeral.testkit.TestBed;

/// A thousand environments of two services on a cluster whose nodes are played by kwok: the memory
/// of the control plane, and what it does while all are ready and nothing happens.
///
/// All but the first are written into the control plane's table, as copies of the first: by the API
/// each would be a snapshot of a folder, too. The control plane is the packaged one, in a process
/// of its own, and reaches the API server through [CountingProxy].
final class KubernetesThousand implements Benchmark {
  private static final int COUNT = 1000;
  private static final int NODES = 20;
  private static final String CLUSTER = "bed";
  private static final EnvironmentName FIRST = new EnvironmentName("bench-1");
  private static final Duration CALM = Duration.ofSeconds(20);
  private static final Duration REST = Duration.ofSeconds(60);

  @Override
  public void measure(Report report) throws Exception {
    if (!TestBed.isUp()) {
      report.say("  left out: no test bed is up (./dev testbed up)");
      return;
    }
    try (var bed = new Bed();
        var proxy = new CountingProxy(bed.product.folder)) {
      bed.addFake(CLUSTER, proxy.kubeconfig, NODES);
      bed.ask(FIRST.value(), CLUSTER);
      bed.awaitSettled(FIRST.value());
      report.say("  one environment: " + memory(bed));
      var address = new PostgresServer(bed.plane().home.resolve("postgres")).start();
      try (var store =
          PostgresStore.open(address.jdbcUrl("postgres"), address.user(), address.password())) {
        proxy.requests.awaitCalm();
        proxy.requests.take();
        var began = System.nanoTime();
        create(store.environments());
        awaitSettled(store.environments());
        report.say(
            "  %d environments are ready after %.0f s"
                .formatted(COUNT, (System.nanoTime() - began) / 1e9));
      }
      proxy.requests.awaitCalm();
      proxy.requests.take().tell(report, "creating %d environments".formatted(COUNT - 1));
      report.say("  %d environments: %s".formatted(COUNT, memory(bed)));
      rest(bed, proxy.requests, address, report);
      report.say("  after it: " + memory(bed));
      report.atMost("kubernetes.resident-MB", memory(bed).peak(), 350);
    }
  }

  private static void create(Environments environments) {
    var first = environments.find(FIRST).orElseThrow();
    var release = first.wanted().release().orElseThrow();
    var where = new Placement.Nowhere(Optional.of(ClusterSelector.parse(CLUSTER)));
    for (int i = 2; i <= COUNT; i++) {
      var now = Instant.now();
      var wanted = Wanted.nothingYet(Power.ON, now).withRelease(release, Power.ON, now);
      var name = new EnvironmentName("bench-" + i);
      environments.create(name, first.app(), first.origin(), wanted, where);
    }
  }

  private static void awaitSettled(Environments environments) throws InterruptedException {
    while (!environments.all().stream().allMatch(Environment::settled)) {
      Thread.sleep(2000);
    }
  }

  /// Measures after a pause, in which background work of the JVM and of PostgreSQL ends.
  private static void rest(Bed bed, Requests requests, Address address, Report report)
      throws Exception {
    Thread.sleep(CALM);
    requests.take();
    var written = written(address);
    var cpu = cpu(bed);
    Thread.sleep(REST);
    var share = 100.0 * cpu(bed).minus(cpu).toNanos() / REST.toNanos();
    var rows = written(address) - written;
    var count = requests.take();
    count.tell(report, "at rest for %d s".formatted(REST.toSeconds()));
    report.atMost("kubernetes.thousand-rest-writes", count.writes(), 0);
    report.atMost("kubernetes.thousand-rest-requests", count.total(), 0);
    report.atMost("kubernetes.thousand-rest-rows", rows, 0);
    report.atMost("kubernetes.thousand-rest-cpu-percent", share, 2);
  }

  private static Duration cpu(Bed bed) {
    return ProcessHandle.of(bed.plane().pid())
        .orElseThrow()
        .info()
        .totalCpuDuration()
        .orElseThrow();
  }

  private static double written(Address address) throws SQLException {
    var sql = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_user_tables";
    try (var connection =
            DriverManager.getConnection(
                address.jdbcUrl("postgres"), address.user(), address.password());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /// Resident memory of the control plane in MiB, without PostgreSQL.
  private record Memory(double now, double peak) {
    @Override
    public String toString() {
      return "%.0f MB resident now, %.0f MB at most".formatted(now, peak);
    }
  }

  private static Memory memory(Bed bed) throws IOException {
    var status = Path.of("/proc", Long.toString(bed.plane().pid()), "status");
    return new Memory(mebibytes(status, "VmRSS"), mebibytes(status, "VmHWM"));
  }

  private static double mebibytes(Path status, String name) throws IOException {
    try (var lines = Files.lines(status)) {
      var line = lines.filter(each -> each.startsWith(name)).findFirst().orElse("0");
      return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
    }
  }
}
