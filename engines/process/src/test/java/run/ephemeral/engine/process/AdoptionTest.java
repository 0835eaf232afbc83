package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.process.file.Home;
import run.ephemeral.engine.process.instance.Live;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Pids;

/// A control plane that is killed, and its successor.
class AdoptionTest {
  private final Machine machine = new Machine();
  private final EnvironmentKey environment = Machine.key();

  @AfterEach
  void close() {
    machine.close();
  }

  private Path folder(Instance instance) {
    return machine.shell(environment, instance);
  }

  /// Restores the ledger as if the control plane had been killed before it noticed the end.
  private void endUnnoticed(Instance instance, Ledger.Entry before) {
    Machine.kill(instance);
    machine.ended(environment, instance);
    awaitWritten(instance, "endedAt");
    machine.ledger.write(before);
  }

  private void awaitWritten(Instance instance, String fact) {
    Eventually.eventually(
        "it is written", () -> machine.entry(environment, instance).facts().containsKey(fact));
  }

  @Test
  void whatRunsIsFoundAgainAndItsLaterEndIsNoticed() {
    var program = machine.program("sleep 1000");
    var before = machine.serve(environment, program, machine.start(environment, program));
    awaitWritten(before, "routedAt");
    var later = machine.again();
    var after = later.instance(environment, before.id());
    assertThat(after.pid()).isEqualTo(before.pid());
    assertThat(after.port()).isEqualTo(before.port());
    assertThat(after.state()).isEqualTo(before.state());
    assertThat(after.startedAt()).isEqualTo(before.startedAt());
    assertThat(after.routed()).isTrue();

    var changed = new CopyOnWriteArrayList<EnvironmentId>();
    later.engine.onChange(changed::add);
    Machine.kill(before);
    Eventually.eventually("it is told", () -> changed.contains(environment.id()));
    assertThat(later.ended(environment, before).why()).startsWith("was killed");
    assertThat(later.ended(environment, before).healthyFor()).isPositive();
  }

  @Test
  void whatWasNotHealthyYetCanBeAwaitedByTheNext() {
    var program = machine.program("sleep 1000");
    var before = machine.start(environment, program);
    var later = machine.again();
    machine.listen(before);
    assertThat(later.done(environment, later.await(program, before))).isEqualTo("healthy");
  }

  @Test
  void whatDiedMeanwhileEndedWhenItDied() throws IOException {
    var program =
        machine.program(
            "echo 'fatal: out of paper'; until [ -e end ]; do sleep 0.01; done; exit 4");
    var before = machine.start(environment, program);
    machine.serve(environment, program, before);
    awaitWritten(before, "routedAt");
    var served = machine.entry(environment, before);
    Files.createFile(machine.workspace(environment, program).resolve("end"));
    var known = machine.ended(environment, before);
    awaitWritten(before, "endedAt");
    machine.ledger.write(served);
    var found = machine.again().ended(environment, before);
    assertThat(found.why()).isEqualTo(known.why()).contains("exited 4", "out of paper");
    assertThat(found.at()).isEqualTo(known.at());
    assertThat(found.healthyFor()).isEqualTo(known.healthyFor());
  }

  @Test
  void whyItWasEndedIsRemembered() {
    var plain = machine.program("sleep 1000");
    var before = machine.start(environment, plain);
    Machine.kill(before);
    var known = machine.ended(environment, before);
    assertThat(machine.again().ended(environment, before)).isEqualTo(known);
  }

  @Test
  void theVersionThatServedServesOnWhileTheNextIsOnItsWay() {
    var old = machine.program("sleep 1000");
    var serving = machine.serve(environment, old, machine.start(environment, old));
    var newer = machine.program("sleep 999");
    var coming = machine.start(environment, newer);
    awaitWritten(serving, "routedAt");
    var later = machine.again();
    assertThat(later.instance(environment, serving.id()).routed()).isTrue();
    assertThat(later.instance(environment, coming.id()).routed()).isFalse();

    later.serve(environment, newer, coming);
    awaitWritten(coming, "routedAt");
    var last = machine.again();
    assertThat(last.instance(environment, serving.id()).routed()).isFalse();
    assertThat(last.instance(environment, coming.id()).routed()).isTrue();
    for (var instance : List.of(serving, coming)) {
      Machine.kill(instance);
      List.of(machine, later, last).forEach(life -> life.ended(environment, instance));
    }
  }

  @Test
  void whatWasBeingMadeIsRemoved() throws IOException {
    var program = machine.program("sleep 1000");
    var before = machine.start(environment, program);
    var workspace = machine.workspace(environment, program);
    var mine = Files.createFile(workspace.resolve(".half-of-a-service"));
    var home = new Home(machine.root).of(environment);
    assertThat(folder(before)).exists();
    for (var half : new Path[] {home, workspace.getParent()}) {
      Files.createFile(Files.createDirectory(half.resolve(".half-1")).resolve("file"));
    }
    machine.again();
    assertThat(home.resolve(".half-1")).doesNotExist();
    assertThat(workspace.resolveSibling(".half-1")).doesNotExist();
    assertThat(mine).exists();
  }

  @Test
  void whatWasOnlyIntendedIsNothing() throws IOException {
    var before = machine.start(environment, machine.program("sleep 1000"));
    var intended = machine.entry(environment, before);
    var folder = folder(before);
    endUnnoticed(before, intended);
    for (var file : new String[] {"pid", "exit"}) {
      Files.deleteIfExists(folder.resolve(file));
    }
    var later = machine.again();
    assertThat(later.observe(environment).instances()).isEmpty();
    assertThat(folder).doesNotExist();
    Eventually.eventually("the ledger has nothing", () -> later.ledger.all().isEmpty());
  }

  @Test
  void aProcessIsFoundByItsMarkWhenItsIdWasNotWrittenYet() throws IOException {
    var before = machine.start(environment, machine.program("sleep 1000"));
    Eventually.eventually("the id is there", () -> Files.exists(folder(before).resolve("pid")));
    Files.delete(folder(before).resolve("pid"));
    assertThat(machine.again().instance(environment, before.id()).pid()).isEqualTo(before.pid());
  }

  @Test
  void aStrangerWithTheSameIdIsNotTakenForOurs() throws IOException {
    var before = machine.start(environment, machine.program("sleep 1000"));
    endUnnoticed(before, machine.entry(environment, before));
    var stranger = new ProcessBuilder("sleep", "1000").start();
    try {
      Files.writeString(folder(before).resolve("pid"), Long.toString(stranger.pid()));
      var later = machine.again();
      assertThat(later.ended(environment, before).why()).startsWith("was killed");
      later.stop(environment, before);
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void aShellThatWasKilledTakesItsServiceWithIt() {
    var note = machine.root.resolve("pid");
    var before = machine.start(environment, machine.program("echo $$ > " + note + "; sleep 1000"));
    var service = Pids.of(note, 1);
    ProcessHandle.of(before.pid()).orElseThrow().destroyForcibly();
    assertThat(machine.ended(environment, before).why()).startsWith("was killed");
    Pids.assertGone(service);
  }

  @Test
  void brokenNotesAreDroppedAndHarmNobodyElse() throws IOException {
    var good = machine.start(environment, machine.program("sleep 1000"));
    var other = Machine.key();
    var bad = machine.start(other, machine.program("sleep 999"));
    machine.stop(other, bad);
    var key = Live.key(other, bad.id());
    machine.ledger.write(new Ledger.Entry(key, Map.of("port", "many")));
    Files.createDirectories(machine.root.resolve("environments/lost+found"));
    Files.createDirectories(machine.root.resolve("environments/7-Not A Name"));
    var later = machine.again();
    assertThat(later.instance(environment, good.id()).pid()).isEqualTo(good.pid());
    assertThat(later.observe(other).instances()).isEmpty();
  }

  @Test
  void addressesStayTheSame() {
    machine.start(environment, machine.program("sleep 1000", Map.of("API", "${api.url}")));
    var api = new ComponentName("api");
    var address = machine.engine.address(environment, api);
    assertThat(address).isPresent();
    var later = machine.again();
    assertThat(later.engine.address(environment, api)).isEqualTo(address);
    assertThat(later.switchboard.address(environment.name(), api, 0))
        .isEqualTo(Integer.parseInt(address.orElseThrow().replaceAll(".*:", "")));
  }

  @Test
  void nothingRunsAfterEverythingWasStoppedAndNothingIsForgotten() {
    var instance = machine.start(environment, machine.program("sleep 1000"));
    try {
      machine.engine.stopEverything();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(Pids.runs(instance.pid())).isFalse();
    assertThat(machine.observe(environment).traces()).isTrue();
  }
}
