package run.ephemeral.data.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.audit.Audit;
import run.ephemeral.core.audit.Claims;
import run.ephemeral.core.audit.Discrepancy;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Background;
import run.ephemeral.testkit.Eventually;

/// Every kind of leftover database and role, made by hand, is found, named and removed; foreign
/// ones are not.
class CatalogueTest {
  private static final EnvironmentId UNKNOWN = new EnvironmentId(999_999);

  private final Data data = new Data();
  private final Inventory inventory = data.server.inventory();
  private final EnvironmentKey environment = Data.key();
  @TempDir private Path elsewhere;

  @AfterEach
  void close() {
    data.close();
  }

  private Claims claims() {
    var rows = Set.of(environment.id());
    return new Claims(rows, rows, Set.of(), Set.of()).and(inventory.claims());
  }

  /// What is wrong, except for databases of other tests on the same server.
  private List<Discrepancy> judged() {
    return Audit.judge(claims(), inventory.there()).stream()
        .filter(found -> !isOfAnotherTest(found))
        .toList();
  }

  private static boolean isOfAnotherTest(Discrepancy found) {
    return switch (found.thing().kind()) {
      case GOLDEN -> true;
      default -> found.thing().environment().filter(id -> !id.equals(UNKNOWN)).isPresent();
    };
  }

  /// The leftovers are found under these names, and nothing is left after their removal.
  private void checkLeftover(String... ids) throws InterruptedException {
    assertThat(judged()).extracting(found -> found.thing().id()).contains(ids);
    for (var found : judged()) {
      assertThat(found.isSolvedByRemoval()).isTrue();
      inventory.remove(found.thing());
      inventory.remove(found.thing());
    }
    assertThat(judged()).isEmpty();
  }

  private static void sql(String... statements) {
    List.of(statements).forEach(Data::ask);
  }

  private Component.Database order(String command) {
    return Data.database(
        new ComponentName("db"),
        Optional.of(data.sources.add(Map.of("a", command))),
        "seed",
        Optional.of(command));
  }

  @Test
  void databasesAndRolesOfNoRowGoAndThoseOfStrangersStay() throws Exception {
    sql(
        "CREATE ROLE e999999_db",
        "CREATE DATABASE e999999_db OWNER e999999_db",
        "CREATE ROLE e999999_half_made",
        "CREATE ROLE golden_0123456789abcdef0123",
        "CREATE DATABASE golden_0123456789abcdef0123_making",
        "CREATE DATABASE e999999",
        "CREATE DATABASE golden_ticket");
    checkLeftover(
        "database 999999 db",
        "role 999999 db",
        "role 999999 half-made",
        "role golden_0123456789abcdef0123",
        "database golden_0123456789abcdef0123_making");
    sql("DROP DATABASE e999999", "DROP DATABASE golden_ticket");
  }

  @Test
  void aDatabaseThatIsDroppedMeanwhileHoldsUpNoLook() throws Exception {
    var server = Data.database();
    var asked = new AtomicInteger();
    try (var connections = new Connections(server)) {
      var pool =
          (DataSource)
              Proxy.newProxyInstance(
                  CatalogueTest.class.getClassLoader(),
                  new Class<?>[] {DataSource.class},
                  (proxy, method, arguments) -> {
                    if (asked.getAndIncrement() < 7) {
                      whatIsSaidOfADroppedDatabase(connections.pool());
                    }
                    return connections.pool().getConnection();
                  });
      assertThat(new Catalogue(server, pool, new KeyedLocks<>()).there()).isNotEmpty();
    }
    assertThat(asked.get()).isGreaterThan(7);
  }

  private static void whatIsSaidOfADroppedDatabase(DataSource pool) throws SQLException {
    try (var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("SELECT pg_database_size(999999::oid)");
    }
  }

  @Test
  void aGoldenDatabaseIsUnusedUntilSomebodyCopiesIt() throws Exception {
    data.done(environment, new Step.Copy(order("true"), "test"));
    var golden = "golden database " + order("true").key().brief();
    var thing =
        inventory.there().keySet().stream()
            .filter(known -> known.id().equals(golden))
            .findFirst()
            .orElseThrow();
    assertThat(claims().may()).contains(thing);
    inventory.remove(thing);
    assertThat(inventory.there()).containsKey(thing);
    data.done(environment, new Step.Drop(new ComponentName("db"), "test"));
    Eventually.eventually("its spares are made", () -> !claims().may().contains(thing));
    inventory.remove(thing);
    assertThat(inventory.there()).doesNotContainKey(thing);
  }

  @Test
  void aGoldenDatabaseThatIsBeingMadeIsNoLeftover() throws Exception {
    var go = elsewhere.resolve("go");
    var waits = order("touch %s.begun; until [ -e %s ]; do sleep 0.01; done".formatted(go, go));
    var copy =
        Background.run(
            () -> data.server.perform(environment, new Step.Copy(waits, "test"), new Fence(1, 1)));
    Eventually.eventually("it is being seeded", () -> Files.exists(elsewhere.resolve("go.begun")));
    assertThat(judged()).isEmpty();
    assertThat(inventory.there().keySet())
        .extracting(thing -> thing.id().replaceAll("_[0-9a-f]+_", " "))
        .contains("database golden making");
    Files.createFile(go);
    copy.get();
    assertThat(judged()).isEmpty();
  }

  @Test
  void aRoleWithoutItsDatabaseIsATraceThatEraseRemoves() {
    sql("CREATE ROLE e%s_db".formatted(environment.id()));
    assertThat(data.observe(environment).traces()).isNotEmpty();
    data.done(environment, new Step.Erase("test"));
    assertThat(data.observe(environment).traces()).isEmpty();
  }
}
