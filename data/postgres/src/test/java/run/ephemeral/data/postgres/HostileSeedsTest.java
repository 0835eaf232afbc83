package run.ephemeral.data.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.data.Database;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Pids;

/// Seeds that misbehave, and services that mistreat their database: they are reported, nothing of
/// them is left, and the database beside stays as it was.
class HostileSeedsTest {
  private static final ComponentName DB = new ComponentName("db");

  private Data data = new Data();
  private final EnvironmentKey neighbour = Data.key();
  private String before = "";

  @BeforeEach
  void neighbour() throws SQLException {
    var order = order("CREATE TABLE kept AS SELECT 1 AS n;", Optional.empty());
    data.done(neighbour, new Step.Copy(order, "test"));
    before = inventory();
  }

  @AfterEach
  void close() {
    data.close();
  }

  private Component.Database order(String sql, Optional<String> command) {
    var hash = data.sources.add(Map.of("seed.sql", sql + "\n-- " + UUID.randomUUID()));
    return Data.database(DB, Optional.of(hash), "seed.sql", command);
  }

  private static String inventory() {
    return Data.ask(
            """
            SELECT string_agg(name, ' ' ORDER BY name) FROM (
              SELECT datname AS name FROM pg_database
              WHERE datname NOT LIKE '%spare%' UNION ALL
              SELECT rolname FROM pg_roles) AS all_names
            """)
        .getFirst();
  }

  private void execute(Database database, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(database.jdbcUrl());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void check(String sql, String message) throws SQLException {
    check(order(sql, Optional.empty()), message);
  }

  private void check(Component.Database order, String message) throws SQLException {
    var step = new Step.Copy(order, "test");
    assertThat(data.fails(Data.key(), step)).as(message).startsWith(message);
    assertThat(inventory()).as(message).isEqualTo(before);
    execute(data.database(neighbour, DB), "SELECT n FROM kept");
  }

  @Test
  void whatASeedMayNotDoIsToldWithItsLineAndLeavesNothing() throws SQLException {
    check("CREATE TABLE a (b int);\nSELECT 1/0;", "seed seed.sql:2: division by zero");
    check("CREATE ROLE evil;", "seed seed.sql:1: permission denied to create role");
    check("CREATE DATABASE evil;", "seed seed.sql:1: permission denied to create database");
    check("ALTER ROLE CURRENT_USER SUPERUSER;", "seed seed.sql:1: permission denied to alter role");
    check("SET ROLE ephemeral;", "seed seed.sql:1: permission denied to set role");
    check("\\c postgres", "seed seed.sql:1: `\\c postgres` is a command of psql, not SQL");
    check("COPY pg_class TO PROGRAM 'cat';", "seed seed.sql:1: permission denied to COPY to or");
    check("SELECT pg_read_file('PG_VERSION');", "seed seed.sql:1: permission denied for function");
    check(
        "DO $$ BEGIN EXECUTE 'DROP DATABASE ' || current_database(); END $$;",
        "seed seed.sql:1: DROP DATABASE cannot be executed from a function");
    check("DROP DATABASE postgres;", "seed seed.sql:1: must be owner of database postgres");
    check(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ephemeral';",
        "seed seed.sql:1: permission denied to terminate process");
    check("ALTER SYSTEM SET port = 1;", "seed seed.sql:1: permission denied to set parameter");
  }

  @Test
  void whoseWorkWouldBeLostIsToldSo() throws SQLException {
    check(
        "BEGIN;\nCREATE TABLE a (b int);",
        "seed seed.sql:3: it ends inside a transaction, whose work is lost without COMMIT");
    check(
        "SELECT pg_terminate_backend(pg_backend_pid());",
        "the seed cannot be loaded: FATAL: terminating connection");
  }

  @Test
  void sqlThatDoesNotEndIsEnded() throws SQLException {
    data.close();
    data = new Data(Duration.ofMillis(400));
    neighbour();
    for (var endless :
        List.of(
            "SELECT pg_sleep(1000);",
            "SET statement_timeout = 0; SELECT count(*) FROM generate_series(1, 1e12);",
            "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$;",
            "CREATE TABLE a (b int); BEGIN; LOCK a;\nSELECT pg_sleep(1000);")) {
      check(endless, "seed seed.sql did not end within 0.40 s");
    }
    check("SELECT 1/0;", "seed seed.sql:1: division by zero");
  }

  @Test
  void aCommandThatStaysBehindIsEndedAndItsSeedIsWhole() throws SQLException {
    var pids = data.root.resolve("pids");
    var daemon = "echo $$ > %s; exec sleep 1000".formatted(pids);
    var order =
        order(
            "",
            Optional.of(
                "(setsid sh -c '%s' > /dev/null 2>&1 &); until [ -s %s ]; do sleep 0.01; done"
                    .formatted(daemon, pids)));
    data.done(Data.key(), new Step.Copy(order, "test"));
    Pids.assertGone(Pids.of(pids, 1));
  }

  @Test
  void aServiceThatConnectsWithoutEndLeavesRoomForOthers() throws SQLException {
    var greedy = data.database(neighbour, DB);
    var held = new java.util.ArrayList<java.sql.Connection>();
    try {
      var refused = "";
      while (held.size() < 200 && refused.isEmpty()) {
        try {
          held.add(DriverManager.getConnection(greedy.jdbcUrl()));
        } catch (SQLException e) {
          refused = String.valueOf(e.getMessage());
        }
      }
      assertThat(refused).contains("too many connections for role");
      var other = Data.key();
      data.done(other, new Step.Copy(order("SELECT 1;", Optional.empty()), "test"));
      execute(data.database(other, DB), "SELECT 1");
    } finally {
      for (var connection : held) {
        connection.close();
      }
    }
  }

  @Test
  void aServiceHoldsUpNoRemovalNeitherItsOwnNorItsNeighbours() throws SQLException {
    var hostile = Data.key();
    data.done(hostile, new Step.Copy(order("SELECT 1;", Optional.empty()), "test"));
    var database = data.database(hostile, DB);
    var victim = data.database(neighbour, DB).user();
    for (var sql :
        List.of(
            "GRANT CONNECT ON DATABASE %s TO %s".formatted(database.name(), victim),
            "CREATE TABLE t (n int)",
            "GRANT SELECT ON t TO " + victim,
            "GRANT CREATE ON SCHEMA public TO " + victim,
            "ALTER DATABASE %s SET role = %s".formatted(database.name(), database.user()),
            String.join(
                "",
                Stream.of(
                        "idle_session_timeout = 1",
                        "transaction_timeout = 1",
                        "local_preload_libraries = 'none'",
                        "statement_timeout = 1",
                        "default_transaction_read_only = on")
                    .map(set -> "ALTER DATABASE %s SET %s;".formatted(database.name(), set))
                    .toList()))) {
      execute(database, sql);
    }
    execute(data.database(neighbour, DB), "ALTER DATABASE " + victim + " IS_TEMPLATE true");
    data.done(neighbour, new Step.Erase("test"));
    assertThat(inventory()).doesNotContain(victim + " ");
    data.done(hostile, new Step.Erase("test"));
    assertThat(inventory()).doesNotContain(database.user() + " ");
  }

  /// The role of a golden database owns what is in its copies.
  @Test
  void whenAGoldenDatabaseIsGoneItsSparesKeepWhatTheyHave() throws Exception {
    var order = order("CREATE TABLE kept AS SELECT 1 AS n;", Optional.empty());
    var golden = DatabaseNames.golden(order);
    var spares =
        """
        SELECT datname FROM pg_database WHERE starts_with(datname, '%s_spare_')
        AND shobj_description(oid, 'pg_database') = 'spare'
        """
            .formatted(golden);
    var environment = Data.key();
    data.done(environment, new Step.Copy(order, "test"));
    Eventually.eventually("there are spares", () -> Data.ask(spares).size() == 2);
    data.done(environment, new Step.Drop(DB, "test"));
    Data.ask("DROP DATABASE " + golden);
    data.again();
    for (int i = 0; i < 4; i++) {
      var next = Data.key();
      data.done(next, new Step.Copy(order, "test"));
      execute(data.database(next, DB), "SELECT n FROM kept");
    }
  }

  @Test
  void aSeedThatMakesItsDatabaseATemplateIsNoTrouble() throws SQLException {
    var template = "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' %s'; END $$;";
    check(template.formatted("IS_TEMPLATE true") + "\nSELECT 1/0;", "seed seed.sql:2: division");
    var place = Data.key();
    var order = order(template.formatted("IS_TEMPLATE true"), Optional.empty());
    data.done(place, new Step.Copy(order, "test"));
    data.done(place, new Step.Erase("test"));
  }

  @Test
  void aServiceThatWritesOverWhatItsDatabaseIsHarmsOnlyItself() throws SQLException {
    var database = data.database(neighbour, DB);
    execute(database, "COMMENT ON DATABASE " + database.name() + " IS 'mine'");
    assertThat(data.observe(neighbour).databases()).isEmpty();
    data.done(neighbour, new Step.Copy(order("SELECT 1;", Optional.empty()), "test"));
    assertThat(data.observe(neighbour).databases()).containsKey(DB);
  }
}
