package run.ephemeral.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.engine.Engines;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Plan;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.release.SourceTree;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.DataSpec;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.spec.ExpireSpec;
import run.ephemeral.core.spec.ServiceSpec;
import run.ephemeral.core.spec.SleepSpec;
import run.ephemeral.core.spec.StartSpec;
import run.ephemeral.reconciler.Effects;
import run.ephemeral.reconciler.Reconciler;
import run.ephemeral.reconciler.Watcher;
import run.ephemeral.reconciler.Worker;
import run.ephemeral.reconciler.report.Reporting;
import run.ephemeral.store.NotificationListener;
import run.ephemeral.store.PostgresStore;
import run.ephemeral.testkit.FakeEngine;
import run.ephemeral.testkit.PullRequests;
import run.ephemeral.testkit.TestPostgres;

/// A thousand environments at once, on a real PostgreSQL and a fake engine: how many settle per
/// second, and the load of the reconciler while all are settled.
final class Scale implements Benchmark {
  private static final Domain NOWHERE = new Domain("http", "localhost", 80);

  private static final int COUNT = 1000;
  private static final AppName APP = new AppName("shop");
  private static final Duration REST = Duration.ofSeconds(20);
  private static final Duration CALM = Duration.ofSeconds(10);

  @Override
  public void measure(Report report) throws Exception {
    var server = TestPostgres.server();
    var url = TestPostgres.database();
    try (var store = PostgresStore.open(url, server.user(), server.password())) {
      var environments = store.environments();
      var clock = InstantSource.system();
      var engine = new FakeEngine(EngineKind.PROCESS, clock);
      var limits = Limits.DEFAULT;
      var reconciler =
          new Reconciler(
              environments,
              store.apps(),
              store.events(),
              new Effects(engine.artifacts(), engine.data(), Engines.local(engine)),
              new Nobody(),
              Sentences.ENGLISH,
              new Reporting("bench", "runbot", () -> NOWHERE, Sentences.TIMELESS, limits),
              limits,
              clock,
              () -> Instant.EPOCH);
      try (var worker = new Worker(reconciler, "bench");
          var bell =
              new NotificationListener(
                  url, server.user(), server.password(), (_, name) -> worker.ring(name))) {
        worker.start();
        bell.start();
        var began = System.nanoTime();
        create(environments);
        while (!settled(environments)) {
          Thread.sleep(100);
        }
        var seconds = (System.nanoTime() - began) / 1e9;
        var resident = resident();
        report.say("  %d environments at rest after %.1f s".formatted(COUNT, seconds));
        rest(url + "?user=" + server.user() + "&password=" + server.password(), report);
        report.atLeast("scale.settled-per-second", COUNT / seconds, 40);
        report.atMost("scale.resident-MB", resident, 350);
      }
    }
  }

  private static void create(Environments environments) {
    for (int i = 1; i <= COUNT; i++) {
      var release = release(i);
      var pullRequest = PullRequests.of(i, "Title", "branch-" + i, "ann", release.commit());
      var now = Instant.now();
      environments.create(
          EnvironmentName.of(APP.value(), i),
          APP,
          new Origin.OfPullRequests(pullRequest),
          Wanted.nothingYet(Power.ON, now).withRelease(release, Power.ON, now));
    }
  }

  /// Two services and a database; service `web` differs in each pull request.
  private static Release release(int number) {
    var services = new LinkedHashMap<ComponentName, ServiceSpec>();
    services.put(new ComponentName("web"), service("web", Map.of("API", "${api.url}")));
    services.put(new ComponentName("api"), service("api", Map.of("DATABASE_URL", "${db.url}")));
    var spec =
        new AppSpec(
            APP,
            services,
            Map.of(new ComponentName("db"), new DataSpec(Optional.empty())),
            Map.of(),
            StartSpec.DEFAULT,
            new SleepSpec(Optional.empty()),
            new ExpireSpec(Optional.of(Duration.ofDays(3))));
    var mirror = Mirror.of(APP);
    return new Release(
        mirror,
        "commit " + number,
        Digest.of("spec"),
        spec,
        Set.of(
            new SourceTree(mirror, "web", "web " + number), new SourceTree(mirror, "api", "api")),
        Map.of(),
        Map.of());
  }

  private static ServiceSpec service(String path, Map<String, String> env) {
    return new ServiceSpec(
        path, Optional.of("make"), "./run", true, Optional.empty(), env, List.of());
  }

  private static boolean settled(Environments environments) {
    return environments.all().stream().allMatch(Environment::settled);
  }

  /// Measures after a pause, in which background work of the JVM and of PostgreSQL ends.
  private static void rest(String url, Report report) throws Exception {
    Thread.sleep(CALM);
    var before = writes(url);
    var cpu = cpu();
    Thread.sleep(REST);
    var share = 100.0 * (cpu() - cpu) / REST.toNanos();
    report.say("  at rest for %d s".formatted(REST.toSeconds()));
    report.atMost("scale.rest-writes", (double) (writes(url) - before), 0);
    report.atMost("scale.rest-cpu-percent", share, 2);
  }

  private static long writes(String url) throws SQLException {
    var sql = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_user_tables";
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static long cpu() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  /// Peak resident memory of this process in MiB.
  private static double resident() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      var peak = lines.filter(line -> line.startsWith("VmHWM")).findFirst().orElse("0");
      return Long.parseLong(peak.replaceAll("\\D", "")) / 1024.0;
    }
  }

  /// A watcher that ignores everything.
  private static final class Nobody implements Watcher {
    @Override
    public void looked(Environment environment, Plan plan) {}

    @Override
    public void gone(EnvironmentName environment) {}

    @Override
    public Optional<Instant> lastUsed(EnvironmentName environment) {
      return Optional.empty();
    }
  }
}
