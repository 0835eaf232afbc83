package run.ephemeral.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.store.PostgresStore;
import run.ephemeral.testkit.TestPostgres;

class UsageTest {
  private static final Instant VISIT = Instant.parse("2026-01-02T03:04:05Z");

  private final String database = TestPostgres.database();
  private final PostgresStore store =
      PostgresStore.open(database, TestPostgres.server().user(), TestPostgres.server().password());
  private final Map<EnvironmentName, Instant> visits = new ConcurrentHashMap<>();
  private final Usage usage =
      new Usage(store.environments(), name -> Optional.ofNullable(visits.get(name)));

  @AfterEach
  void close() {
    usage.close();
    store.close();
  }

  private Environment environment(String name) {
    var wanted = Wanted.nothingYet(Power.ON, VISIT);
    var tree = new Origin.OfWorkingTree("/tmp/shop", "main", "", "");
    return store
        .environments()
        .create(new EnvironmentName(name), new AppName("shop"), tree, wanted)
        .orElseThrow();
  }

  private Optional<Instant> written(Environment environment) {
    return store.environments().find(environment.id()).flatMap(Environment::lastUsedAt);
  }

  private void execute(String sql) throws SQLException {
    var server = TestPostgres.server();
    try (var connection = DriverManager.getConnection(database, server.user(), server.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void aVisitThatCannotBeWrittenIsWrittenLaterAndTheOthersAreWrittenAtOnce() throws Exception {
    var first = environment("first");
    var second = environment("second");
    var third = environment("third");
    execute(
        "ALTER TABLE environment ADD CONSTRAINT unlucky CHECK (name <> 'second' OR "
            + "last_used_at IS NULL)");
    for (var each : store.environments().all()) {
      visits.put(each.name(), VISIT);
    }
    usage.write();
    assertThat(written(first)).contains(VISIT);
    assertThat(written(second)).isEmpty();
    assertThat(written(third)).contains(VISIT);

    execute("ALTER TABLE environment DROP CONSTRAINT unlucky");
    usage.write();
    assertThat(written(second)).contains(VISIT);
  }

  @Test
  void nothingIsWrittenWhileNobodyVisits() throws Exception {
    var one = environment("one");
    visits.put(one.name(), VISIT);
    usage.write();
    execute("UPDATE environment SET last_used_at = NULL");
    usage.write();
    assertThat(written(one)).isEmpty();
    visits.put(one.name(), VISIT.plusSeconds(1));
    usage.write();
    assertThat(written(one)).contains(VISIT.plusSeconds(1));
  }
}
