package run.ephemeral.data.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.Fault;
import run.ephemeral.core.data.Database;
import run.ephemeral.core.data.SeedFolders;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Leases;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.postgres.PostgresServer;
import run.ephemeral.testkit.Background;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Pids;

class DatabasesTest {
  private static final ComponentName DB = new ComponentName("shop-db");

  private final Data data = new Data();
  private final Path begun = data.root.resolve("begun");
  @TempDir private Path temporary;

  @AfterEach
  void close() {
    data.close();
  }

  /// An order that no other test made.
  private Component.Database order(Data on, String sql) {
    var hash = on.sources.add(Map.of("seed.sql", sql + "\n-- " + UUID.randomUUID()));
    return Data.database(DB, Optional.of(hash), "db/seed.sql", Optional.empty());
  }

  private Component.Database shop() {
    return order(
        data,
        "CREATE TABLE item (id serial PRIMARY KEY, name text); INSERT INTO item (name) VALUES"
            + " ('pen')");
  }

  private Component.Database byCommand(String command) {
    var hash = data.sources.add(Map.of("rows", UUID.randomUUID().toString()));
    return Data.database(DB, Optional.of(hash), "db", Optional.of(command));
  }

  private Database copy(EnvironmentKey environment, Component.Database order) {
    data.done(environment, new Step.Copy(order, "test"));
    return data.database(environment, DB);
  }

  private static List<String> query(String url, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      var rows = new ArrayList<String>();
      for (var more = statement.execute(sql);
          more || statement.getUpdateCount() >= 0;
          more = statement.getMoreResults()) {
        for (var set = statement.getResultSet(); set != null && set.next(); ) {
          rows.add(set.getString(1));
        }
      }
      return rows;
    }
  }

  private static List<String> asOwner(String sql) throws SQLException {
    var server = Data.database();
    return query(
        server.jdbcUrl("postgres") + "?user=" + server.user() + "&password=" + server.password(),
        sql);
  }

  /// The golden database, complete or not, without its spares, which are made at some later time.
  private static List<String> golden(Component.Database order) throws SQLException {
    return asOwner(
        "SELECT datname FROM pg_database WHERE datname ~ 'golden_%s(_making)?$'"
            .formatted(order.key().hex().substring(0, 20)));
  }

  @Test
  void aCopyHasTheSeedAndItsRoleMayDoAnythingInIt() throws SQLException {
    var database = copy(Data.key(), shop());
    assertThat(query(database.jdbcUrl(), "SELECT name FROM item")).containsExactly("pen");
    query(
        database.jdbcUrl(),
        "ALTER TABLE item ADD price int; CREATE TABLE other (a int); CREATE SCHEMA extra; INSERT"
            + " INTO item (name) VALUES ('ink'); DROP TABLE item; CREATE TABLE item (b int)");
  }

  @Test
  void whatOneWritesNoOtherSeesAndNobodyConnectsElsewhere() throws SQLException {
    var order = shop();
    var one = copy(Data.key(), order);
    var other = copy(Data.key(), order);
    query(one.jdbcUrl(), "DELETE FROM item");
    assertThat(query(other.jdbcUrl(), "SELECT name FROM item")).containsExactly("pen");
    var golden = "golden_" + order.key().hex().substring(0, 20);
    for (var closed : List.of(other.name(), golden)) {
      assertThatThrownBy(
              () -> query(one.jdbcUrl().replace("/" + one.name(), "/" + closed), "SELECT 1"))
          .hasMessageMatching("(?s).*(permission denied|not currently accepting).*");
    }
    assertThatThrownBy(() -> query(one.jdbcUrl(), "SET ROLE " + other.user()))
        .hasMessageContaining("permission denied");
  }

  @Test
  void aGoldenDatabaseIsSeededOnceForManyWhoAskAtTheSameTime() throws Exception {
    var order = byCommand("echo x >> %s; sleep 0.2".formatted(begun));
    var many =
        Stream.generate(Data::key)
            .limit(12)
            .map(place -> Background.run(() -> copy(place, order)))
            .toList();
    for (var one : many) {
      assertThat(query(one.get().jdbcUrl(), "SELECT 1")).containsExactly("1");
    }
    assertThat(begun).hasContent("x\n");
    assertThat(golden(order)).hasSize(1);
  }

  @Test
  void dataStaysWhenTheDatabaseIsCopiedAgain() throws SQLException {
    var environment = Data.key();
    var database = copy(environment, shop());
    query(database.jdbcUrl(), "INSERT INTO item (name) VALUES ('ink')");
    assertThat(data.done(environment, new Step.Copy(shop(), "test"))).isEqualTo("already there");
    assertThat(query(database.jdbcUrl(), "SELECT count(*) FROM item")).containsExactly("2");
  }

  @Test
  void aDatabaseIsDroppedWhileSomebodyIsConnectedAndItsRoleGoesToo() throws SQLException {
    var environment = Data.key();
    var database = copy(environment, shop());
    try (var connection = DriverManager.getConnection(database.jdbcUrl())) {
      data.done(environment, new Step.Drop(DB, "test"));
      assertThat(connection.isValid(5)).isFalse();
    }
    assertThat(data.observe(environment).databases()).isEmpty();
    assertThat(roles(database.user())).isEmpty();
  }

  @Test
  void aSeedThatFailsLeavesNothingAndCanBeMended() throws SQLException {
    var order = order(data, "CREATE TABLE a (b int);\n\nINSERT INTO a VALUES (1), ('x');");
    assertThat(data.fails(Data.key(), new Step.Copy(order, "test")))
        .startsWith("seed db/seed.sql:3: invalid input syntax for type integer");
    assertThat(golden(order)).isEmpty();
    assertThat(roles("golden_" + order.key().hex().substring(0, 20))).isEmpty();
  }

  @Test
  void aHalfMadeGoldenDatabaseIsMadeAnew() throws SQLException {
    var order = shop();
    var golden = "golden_" + order.key().hex().substring(0, 20);
    asOwner("CREATE ROLE " + golden);
    asOwner("CREATE DATABASE " + golden + "_making OWNER " + golden);
    var database = copy(Data.key(), order);
    assertThat(query(database.jdbcUrl(), "SELECT name FROM item")).containsExactly("pen");
    assertThat(golden(order)).containsExactly(golden);
  }

  @Test
  void aHalfMadeGoldenDatabaseThatNobodyAsksForAnyMoreIsDroppedByTheNextControlPlane()
      throws SQLException {
    var whole = shop();
    var copy = copy(Data.key(), whole);
    var order = shop();
    var golden = "golden_" + order.key().hex().substring(0, 20);
    asOwner("CREATE ROLE " + golden);
    asOwner("CREATE DATABASE " + golden + "_making OWNER " + golden);
    data.again();
    assertThat(golden(order)).isEmpty();
    assertThat(roles(golden)).isEmpty();
    assertThat(golden(whole)).containsExactly("golden_" + whole.key().hex().substring(0, 20));
    assertThat(query(copy.jdbcUrl(), "SELECT name FROM item")).containsExactly("pen");
  }

  @Test
  void aRoleWithoutItsDatabaseIsATraceAndGoes() throws SQLException {
    var environment = Data.key();
    var database = copy(environment, shop());
    asOwner("DROP DATABASE " + database.name());
    assertThat(data.observe(environment).databases()).isEmpty();
    assertThat(data.observe(environment).traces()).isNotEmpty();
    data.done(environment, new Step.Erase("test"));
    assertThat(roles(database.user())).isEmpty();
    assertThat(data.observe(environment).traces()).isEmpty();
  }

  @Test
  void whatAKilledControlPlaneAskedTheServerForIsEndedByTheNext() throws Exception {
    var server = Data.database();
    var login = "&user=" + server.user() + "&password=" + server.password();
    var url = server.jdbcUrl("postgres") + "?ApplicationName=" + Unfinished.APPLICATION + login;
    var asked = Background.run(() -> query(url, "SELECT pg_sleep(1000)"));
    Eventually.eventually("it is at work", () -> sleepers() == 1);
    data.again();
    assertThat(sleepers()).isZero();
    assertThatThrownBy(asked::get).hasMessageContaining("terminating connection");
  }

  private static int sleepers() {
    try {
      return asOwner("SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(1000)'").size();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> roles(String name) throws SQLException {
    return asOwner("SELECT rolname FROM pg_roles WHERE rolname = '" + name + "'");
  }

  @Test
  void aHalfMadeCopyIsNotShownAndIsCompletedByTheNextTry() throws SQLException {
    var environment = Data.key();
    var database = copy(environment, shop());
    asOwner("COMMENT ON DATABASE " + database.name() + " IS NULL");
    assertThat(data.observe(environment).databases()).isEmpty();
    assertThat(data.observe(environment).traces()).isNotEmpty();
    copy(environment, shop());
    assertThat(query(database.jdbcUrl(), "SELECT name FROM item")).containsExactly("pen");
  }

  @Test
  void aCommandFillsADatabaseByTheVariablesOfLibpq() throws SQLException {
    var order =
        byCommand(
            "test -s rows && test \"$DATABASE_URL\" ="
                + " \"postgresql://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE\"");
    copy(Data.key(), order);
    var failing = byCommand("echo 'no such table: users' >&2; exit 2");
    assertThat(data.fails(Data.key(), new Step.Copy(failing, "test")))
        .matches("seed command exited 2 after [0-9.]+ s: no such table: users");
    assertThat(golden(failing)).isEmpty();
  }

  @Test
  void whenNobodyWantsItAnyMoreSeedingEndsAndTheNextBeginsAnew() throws Exception {
    var order = byCommand("echo $$ >> %s; [ -e %<s.go ] || sleep 1000".formatted(begun));
    var asker =
        Thread.startVirtualThread(
            () ->
                assertThatThrownBy(
                        () ->
                            data.server.perform(
                                Data.key(), new Step.Copy(order, "test"), new Fence(1, 1)))
                    .isInstanceOf(InterruptedException.class));
    var pids = Pids.of(begun, 1);
    asker.interrupt();
    asker.join();
    Pids.assertGone(pids);
    Eventually.eventually(
        "nothing is left",
        () -> {
          try {
            return golden(order).isEmpty();
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
    Files.createFile(Path.of(begun + ".go"));
    copy(Data.key(), order);
  }

  @Test
  void aServerThatComesBackIsUsedAgain() {
    try (var server = new PostgresServer(temporary)) {
      var address = server.start();
      var place = Data.key();
      try (var other =
          Data.on(
              new DatabaseServer(
                  address.host(), address.port(), address.user(), address.password()))) {
        var step = new Step.Copy(order(other, "CREATE TABLE a (b int)"), "test");
        other.done(place, step);
        server.stop();
        assertThat(other.fails(place, step)).startsWith("PostgreSQL at 127.0.0.1:");
        assertThat(other.server.version()).isEmpty();
        server.start();
        assertThat(other.done(place, step)).isEqualTo("already there");
        assertThat(other.server.version().orElseThrow()).startsWith("18");
      } finally {
        server.stop();
      }
    }
  }

  @Test
  void whatThisMachineCannotDoIsNoFaultOfTheProgram() throws Exception {
    SeedFolders none =
        () -> {
          throw new UncheckedIOException(new IOException("too many open files"));
        };
    var limits = new DataLimits(Duration.ofMinutes(1), 0, Duration.ofDays(1));
    try (var server =
        new PostgresData(Data.database(), data.sources, none, temporary, new Leases(), limits)) {
      assertThat(server.perform(Data.key(), new Step.Copy(shop(), "test"), new Fence(1, 1)))
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed -> {
                assertThat(failed.fault().kind()).isEqualTo(Fault.Kind.EXTERNAL);
                assertThat(failed.fault().message())
                    .startsWith("the seed cannot be read")
                    .endsWith("too many open files");
              });
    }
  }
}
