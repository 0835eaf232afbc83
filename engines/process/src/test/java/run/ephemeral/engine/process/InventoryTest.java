package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import run.ephemeral.core.audit.Thing;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.process.command.Marks;
import run.ephemeral.engine.process.command.Spawn;
import run.ephemeral.engine.process.file.Folders;
import run.ephemeral.testkit.Pids;

/// Every kind of leftover, made by hand, is found, named and removed; foreign things are not.
class InventoryTest {
  private final Machine machine = new Machine();
  private final EnvironmentKey environment = Machine.key();
  @TempDir private Path elsewhere;

  @AfterEach
  void close() {
    machine.close();
  }

  private Claims claims() {
    var rows = Set.of(environment.id());
    return new Claims(rows, rows, Set.of(), Set.of()).and(machine.engine.inventory().claims());
  }

  /// What is wrong on this machine.
  private List<Discrepancy> judged() {
    return Audit.judge(claims(), there());
  }

  private Map<Thing, String> there() {
    return machine.engine.inventory().there();
  }

  /// The leftovers are found under these names, and nothing is left after their removal.
  private void checkLeftover(String... ids) throws InterruptedException {
    assertThat(judged()).extracting(found -> found.thing().id()).contains(ids);
    for (var found : judged()) {
      assertThat(found.isSolvedByRemoval()).isTrue();
      machine.engine.inventory().remove(found.thing());
      machine.engine.inventory().remove(found.thing());
    }
    assertThat(judged()).isEmpty();
  }

  @Test
  void nothingIsWrongWhereEverythingRuns() {
    var program = machine.program("echo ready; sleep 1000");
    machine.serve(environment, program, machine.ready(environment, program));
    assertThat(judged()).isEmpty();
    assertThat(there().keySet())
        .extracting(thing -> thing.kind().word())
        .contains("folder", "process", "workspace", "port", "build");
  }

  @Test
  void aFolderOfNobodyGoesWithAllThatRunsThere() throws Exception {
    var stranger = Machine.key();
    var program = machine.program("echo ready; sleep 1000");
    var instance = machine.serve(stranger, program, machine.ready(stranger, program));
    var namesakes = new ComponentName("namesakes");
    machine.switchboard.route(stranger.name(), namesakes, 4711);
    checkLeftover(
        "folder %s %s-%s".formatted(stranger.id(), stranger.id(), stranger.name()),
        "process %s %s".formatted(stranger.id(), instance.id()));
    assertThat(Pids.runs(instance.pid())).isFalse();
    assertThat(machine.switchboard.routed(stranger.name(), Machine.WEB)).isEmpty();
    assertThat(machine.switchboard.routed(stranger.name(), namesakes)).hasValue(4711);
    assertThat(machine.root.resolve("environments")).isEmptyDirectory();
  }

  @Test
  void aProcessWithOurMarkThatNoLedgerKnowsIsEnded() throws Exception {
    var mark = Marks.of(machine.root).next("lost");
    var ours = process(mark);
    var others = process(Marks.of(elsewhere).next("web"));
    var plain = process("web-1-0000");
    checkLeftover("process " + mark);
    assertThat(Pids.runs(ours.pid())).isFalse();
    assertThat(Pids.runs(others.pid())).isTrue();
    assertThat(Pids.runs(plain.pid())).isTrue();
    others.destroyForcibly();
    plain.destroyForcibly();
  }

  private static Process process(String mark) throws IOException {
    var builder = new ProcessBuilder("sleep", "1000");
    builder.environment().put(Spawn.MARK, mark);
    return builder.start();
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
    var program = machine.program("echo ready; sleep 1000", Map.of("A", "${api.url}"));
    var instance = machine.serve(environment, program, machine.ready(environment, program));
    Folders.delete(machine.workspace(environment, program));
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
}
