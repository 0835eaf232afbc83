package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.audit.Audit;
import run.ephemeral.core.audit.Claims;
import run.ephemeral.core.audit.Discrepancy;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.audit.Thing;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.DatabaseOrder;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Eventually;

/// Every kind of leftover, made by hand: found, named and removed. And what is a stranger's.
class InventoryTest {
  private static final EnvironmentId UNKNOWN = new EnvironmentId(999_999);

  private final Machine machine = new Machine();
  private final EnvironmentKey environment = Machine.key();
  @TempDir private Path elsewhere;

  @AfterEach
  void close() {
    machine.close();
  }

  private Claims claims() {
    var rows = Set.of(environment.id());
    return new Claims(rows, rows, Set.of(), Set.of())
        .and(machine.engine.inventory().claims())
        .and(machine.data.inventory().claims());
  }

  /// What is wrong in this machine. Other tests' databases are on the same server.
  private List<Discrepancy> judged() {
    return Audit.judge(claims(), there()).stream()
        .filter(found -> !isOfAnotherTest(found))
        .toList();
  }

  private Map<Thing, String> there() {
    var there = new HashMap<>(machine.engine.inventory().there());
    there.putAll(machine.data.inventory().there());
    return there;
  }

  private Inventory inventory(Thing thing) {
    return switch (thing.kind()) {
      case DATABASE, ROLE, GOLDEN -> machine.data.inventory();
      case FOLDER, PROCESS, WORKSPACE, PORT, SITE, ROUTE, BUILD, SCRATCH, SOURCE ->
          machine.engine.inventory();
    };
  }

  private boolean isOfAnotherTest(Discrepancy found) {
    return switch (found.thing().kind()) {
      case DATABASE, ROLE ->
          found.thing().environment().filter(id -> !id.equals(UNKNOWN)).isPresent();
      case GOLDEN -> true;
      case FOLDER, PROCESS, WORKSPACE, PORT, SITE, ROUTE, BUILD, SCRATCH, SOURCE -> false;
    };
  }

  /// It is found under this name, and nothing of it is after it was removed.
  private void checkLeftover(String... ids) throws InterruptedException {
    assertThat(judged()).extracting(found -> found.thing().id()).contains(ids);
    for (var found : judged()) {
      assertThat(found.isSolvedByRemoval()).isTrue();
      inventory(found.thing()).remove(found.thing());
      inventory(found.thing()).remove(found.thing());
    }
    assertThat(judged()).isEmpty();
  }

  private static void sql(String... statements) {
    var server = Machine.database();
    try (var connection =
            DriverManager.getConnection(
                server.jdbcUrl("postgres"), server.user(), server.password());
        var statement = connection.createStatement()) {
      for (var each : statements) {
        statement.execute(each);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private DatabaseOrder order(String command) {
    return new DatabaseOrder(
        new ComponentName("db"),
        Machine.REPOSITORY,
        Optional.of(machine.sources.add(Map.of("a", command))),
        "seed",
        Optional.of(command));
  }

  @Test
  void nothingIsWrongWhereEverythingRuns() {
    var unit = machine.unit("echo ready; sleep 1000", Map.of("DB", "${db.url}"));
    machine.done(environment, new Step.Copy(order("true"), "test"));
    machine.serve(environment, unit, machine.ready(environment, unit));
    assertThat(judged()).isEmpty();
    assertThat(there().keySet())
        .extracting(thing -> thing.kind().word())
        .contains("folder", "process", "workspace", "port", "database", "role", "build");
  }

  @Test
  void aFolderOfNobodyGoesWithAllThatRunsThere() throws Exception {
    var stranger = Machine.key();
    var unit = machine.unit("echo ready; sleep 1000");
    var instance = machine.serve(stranger, unit, machine.ready(stranger, unit));
    var namesakes = new ComponentName("namesakes");
    machine.frontDoor.route(stranger.name(), namesakes, 4711);
    checkLeftover(
        "folder %s %s-%s".formatted(stranger.id(), stranger.id(), stranger.name()),
        "process %s %s".formatted(stranger.id(), instance.id()));
    assertThat(Machine.runs(instance.pid())).isFalse();
    assertThat(machine.frontDoor.routed(stranger.name(), Machine.WEB)).isEmpty();
    assertThat(machine.frontDoor.routed(stranger.name(), namesakes)).hasValue(4711);
    assertThat(machine.root.resolve("environments")).isEmptyDirectory();
  }

  @Test
  void aProcessWithOurMarkThatNoLedgerKnowsIsEnded() throws Exception {
    var mark = Marks.of(machine.root).next("lost");
    var ours = process(mark);
    var others = process(Marks.of(elsewhere).next("web"));
    var plain = process("web-1-0000");
    checkLeftover("process " + mark);
    assertThat(Machine.runs(ours.pid())).isFalse();
    assertThat(Machine.runs(others.pid())).isTrue();
    assertThat(Machine.runs(plain.pid())).isTrue();
    others.destroyForcibly();
    plain.destroyForcibly();
  }

  private static Process process(String mark) throws IOException {
    var builder = new ProcessBuilder("sleep", "1000");
    builder.environment().put(Spawn.MARK, mark);
    return builder.start();
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
  void aGoldenDatabaseIsUnusedUntilSomebodyCopiesIt() throws Exception {
    machine.done(environment, new Step.Copy(order("true"), "test"));
    var golden = "golden database " + order("true").key().brief();
    var inventory = machine.data.inventory();
    var thing =
        inventory.there().keySet().stream()
            .filter(known -> known.id().equals(golden))
            .findFirst()
            .orElseThrow();
    assertThat(claims().may()).contains(thing);
    inventory.remove(thing);
    assertThat(inventory.there()).containsKey(thing);
    machine.done(environment, new Step.Drop(new ComponentName("db"), "test"));
    Eventually.eventually("its spares are made", () -> !claims().may().contains(thing));
    inventory.remove(thing);
    assertThat(inventory.there()).doesNotContainKey(thing);
  }

  @Test
  void aGoldenDatabaseThatIsBeingMadeIsNoLeftover() throws Exception {
    var go = elsewhere.resolve("go");
    var waits = order("touch %s.begun; until [ -e %s ]; do sleep 0.01; done".formatted(go, go));
    var copy =
        Machine.inBackground(
            () -> machine.data.perform(environment, new Step.Copy(waits, "test"), 1));
    Eventually.eventually("it is being seeded", () -> Files.exists(elsewhere.resolve("go.begun")));
    assertThat(judged()).isEmpty();
    assertThat(there().keySet())
        .extracting(thing -> thing.id().replaceAll("_[0-9a-f]+_", " "))
        .contains("database golden making");
    Files.createFile(go);
    copy.get();
    assertThat(judged()).isEmpty();
  }

  @Test
  void foldersThatNobodyWorksWithGoAndThoseThatAreNotOursStay() throws Exception {
    var build = "0123456789abcdef0123456789abcdef";
    Files.createDirectories(machine.root.resolve("builds").resolve(build).resolve("x"));
    Files.createDirectories(machine.root.resolve("scratch/work-1/x"));
    var mine = Files.createDirectories(machine.root.resolve("builds/mine"));
    var notes = Files.createDirectories(machine.root.resolve("environments/notes"));
    checkLeftover("build " + build, "scratch work-1");
    assertThat(mine).exists();
    assertThat(notes).exists();
  }

  @Test
  void whatIsGoneThoughAProcessNeedsItIsMissing() throws IOException {
    var unit = machine.unit("echo ready; sleep 1000", Map.of("A", "${api.url}"));
    var instance = machine.serve(environment, unit, machine.ready(environment, unit));
    Folders.delete(machine.workspace(environment, unit));
    assertThat(judged())
        .extracting(found -> found.problem() + " " + found.thing().kind().word())
        .containsExactly("MISSING workspace", "MISSING port");
    machine.stop(environment, instance);
    assertThat(judged()).extracting(found -> found.thing().kind().word()).containsExactly("port");
  }

  @Test
  void anArtifactWhoseFolderWasDeletedIsBuiltAgain() throws IOException {
    var order = machine.source(Map.of("a", "b"), Optional.of("echo built > c"));
    assertThat(machine.build(order)).isEqualTo("built");
    for (var folder : Folders.list(machine.root.resolve("builds"))) {
      if (Files.isDirectory(folder)) {
        Folders.delete(folder);
      }
    }
    assertThat(judged()).isEmpty();
    assertThat(machine.build(order)).isEqualTo("built");
  }

  @Test
  void aRoleWithoutItsDatabaseIsATraceThatEraseRemoves() {
    sql("CREATE ROLE e%s_db".formatted(environment.id()));
    assertThat(machine.observe(environment).traces()).isTrue();
    machine.done(environment, new Step.Erase("test"));
    assertThat(machine.observe(environment).traces()).isFalse();
  }
}
