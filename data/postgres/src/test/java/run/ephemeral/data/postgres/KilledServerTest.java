package run.ephemeral.data.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Step;
import run.ephemeral.postgres.Address;
import run.ephemeral.postgres.PostgresServer;
import run.ephemeral.testkit.Background;
import run.ephemeral.testkit.Eventually;

/// PostgreSQL is killed in the middle of a step: the step fails with a reason, and a retry
/// completes it.
class KilledServerTest {
  private static final ComponentName DB = new ComponentName("db");

  @TempDir private static Path folder;
  private static PostgresServer server;
  private static Address address;
  private Data data;

  @BeforeAll
  static void start() {
    server = new PostgresServer(folder);
    address = server.start();
    server.watch(sentence -> {});
  }

  @BeforeEach
  void data() {
    data =
        Data.on(
            new DatabaseServer(address.host(), address.port(), address.user(), address.password()));
  }

  @AfterEach
  void close() {
    data.close();
  }

  @AfterAll
  static void end() {
    server.stop();
  }

  private Step.Copy copy(String sql) {
    var hash = data.sources.add(Map.of("s.sql", sql + "; -- " + UUID.randomUUID()));
    return new Step.Copy(Data.database(DB, Optional.of(hash), "s.sql", Optional.empty()), "test");
  }

  private static String query(String url, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(url)) {
      return query(connection, sql);
    }
  }

  private static String query(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(
        address.jdbcUrl("postgres"), address.user(), address.password());
  }

  /// Waits until the server executes a statement.
  ///
  /// @param like a part of the statement
  private static void awaitWork(Connection connection, String like) {
    Eventually.eventually(
        like,
        () -> {
          try {
            return query(
                    connection,
                    "SELECT 'yes' FROM pg_stat_activity WHERE state = 'active'"
                        + " AND pid <> pg_backend_pid() AND query LIKE '%"
                        + like
                        + "%'")
                .equals("yes");
          } catch (SQLException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static void kill() throws Exception {
    var lines = Files.readAllLines(folder.resolve("data/postmaster.pid"));
    var process = ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).orElseThrow();
    process.destroyForcibly();
    process.onExit().join();
  }

  private static void awaitServer() {
    Eventually.eventually(
        "the server is back",
        () -> {
          try (var connection = connect()) {
            return connection.isValid(5);
          } catch (SQLException e) {
            return false;
          }
        });
  }

  @Test
  void whileASeedRuns() throws Exception {
    String began;
    try (var connection = connect()) {
      began = query(connection, "SELECT pg_postmaster_start_time()");
    }
    var step =
        copy(
            "CREATE TABLE a AS SELECT 7 AS n;\n"
                + "SELECT pg_sleep(1000) WHERE pg_postmaster_start_time() = '%s';\n"
                    .formatted(began)
                + "CREATE TABLE b AS SELECT 8 AS n");
    var place = Data.key();
    var failed = Background.run(() -> data.fails(place, step));
    try (var connection = connect()) {
      awaitWork(connection, "pg_sleep(1000)");
    }
    kill();
    assertThat(failed.get()).startsWith("the seed cannot be loaded: ");
    awaitServer();
    assertThat(data.observe(place).databases()).isEmpty();
    assertThat(data.done(place, step)).isEqualTo("seeded a golden database and copied it");
    var url = data.database(place, DB).jdbcUrl();
    assertThat(query(url, "SELECT a.n + b.n FROM a, b")).isEqualTo("15");
  }

  @Test
  void whileADatabaseIsCopied() throws Exception {
    var step = copy("CREATE TABLE a AS SELECT 7 AS n");
    data.done(Data.key(), step);
    var place = Data.key();
    try (var holder = connect();
        var watcher = connect()) {
      var golden = "golden_" + step.database().key().hex().substring(0, 20);
      holder.setAutoCommit(false);
      Sql.execute(holder, "COMMENT ON DATABASE %s IS 'held'".formatted(golden));
      for (int i = 1; i <= 2; i++) {
        Sql.execute(
            watcher, "DROP DATABASE IF EXISTS %s_spare_%d WITH (FORCE)".formatted(golden, i));
      }
      var failed = Background.run(() -> data.fails(place, step));
      awaitWork(watcher, "CREATE DATABASE e" + place.id());
      kill();
      assertThat(failed.get()).startsWith("PostgreSQL at 127.0.0.1:");
    }
    awaitServer();
    assertThat(data.observe(place).databases()).isEmpty();
    assertThat(data.done(place, step)).isNotEqualTo("already there");
    var url = data.database(place, DB).jdbcUrl();
    assertThat(query(url, "SELECT n FROM a")).isEqualTo("7");
  }
}
