package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Probe;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.InstanceId;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.process.file.Home;
import run.ephemeral.engine.process.instance.Health;
import run.ephemeral.testkit.Background;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Pids;

class ProcessesTest {
  private final Machine machine = new Machine();
  private final EnvironmentKey environment = Machine.key();

  @AfterEach
  void close() {
    machine.close();
  }

  private Path note(String name) {
    return machine.root.resolve(name);
  }

  @Test
  void aStopThatNobodyWaitsForAnyMoreLeavesNothingBehind() throws Exception {
    var program = machine.program("trap '' TERM; echo ready; while true; do sleep 0.1; done");
    var instance = machine.ready(environment, program);
    var stopping =
        Thread.startVirtualThread(
            () -> {
              var step = new Step.Stop(instance.service(), instance.id(), "test");
              try {
                machine.engine.perform(environment, step, new Fence(1, 1));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Eventually.eventually(
        "it is out of sight", () -> machine.observe(environment).instances().isEmpty());
    stopping.interrupt();
    stopping.join();
    assertThat(new Home(machine.root).processes()).isEmptyDirectory();
    Eventually.eventually("the ledger has nothing", () -> machine.ledger.all().isEmpty());
  }

  @Test
  void aServiceMayHaveMorePortsNewOnesAtEachStart() {
    var env =
        Map.of("SMTP", "${self.smtp_port}", "SAME", "${self.smtp_port}", "ADMIN", "${self.a_port}");
    var run = "echo \"ports $SMTP $SAME $ADMIN\"; sleep 1000";
    var instance = machine.start(environment, machine.program(run, env));
    var first = portsOfStart(1);
    assertThat(first.get(0)).isEqualTo(first.get(1)).isNotEqualTo(first.get(2));
    assertThat(first).doesNotContain("0", Integer.toString(instance.port()));
    machine.start(environment, machine.program(run + " # newer", env));
    assertThat(portsOfStart(2)).doesNotContainAnyElementsOf(first);
  }

  private List<String> portsOfStart(int number) {
    Eventually.eventually("it said so", () -> starts().size() == number);
    return starts().getLast();
  }

  private List<List<String>> starts() {
    return machine
        .log(environment)
        .lines()
        .filter(line -> line.startsWith("ports "))
        .map(line -> List.of(line.substring("ports ".length()).split(" ", -1)))
        .toList();
  }

  @Test
  void aServiceGetsItsPortItsEnvAndNothingOfTheControlPlane() {
    var db = new ComponentName("db");
    var database = new Component.Database(db, Optional.empty(), Optional.empty());
    machine.done(environment, new Step.Copy(database, "test"));
    var env =
        Map.of(
            "PORT", "1",
            "GREETING", "hello $HOME `id`",
            "API", "${api.url}",
            "SAME", "${api.port}",
            "DB", "${db.jdbc_url}",
            "SELF", "${env.name}",
            "OWN", "${self.port}",
            "OUTSIDE", "${web.public_url}");
    var instance = machine.ready(environment, machine.program("env; echo ready; sleep 1000", env));
    var api = machine.engine.address(environment, new ComponentName("api")).orElseThrow();
    assertThat(machine.log(environment).lines())
        .contains(
            "PORT=" + instance.port(),
            "GREETING=hello $HOME `id`",
            "API=" + api,
            "SAME=" + api.substring(api.lastIndexOf(':') + 1),
            "DB=" + machine.database(environment, db).jdbcUrl(),
            "SELF=" + environment.name(),
            "OWN=" + instance.port(),
            "EPHEMERAL_ENVIRONMENT=" + environment.name(),
            "OUTSIDE=http://web--" + environment.name() + ".localhost:8080")
        .noneMatch(line -> line.contains("secret"));
  }

  @Test
  void aRealServerIsHealthyWhenItsPathAnswers() {
    var server = "exec \"$JAVA_HOME/bin/jwebserver\" -b 127.0.0.1 -p \"$PORT\"";
    var plain = machine.program(server);
    var program = withHealth(plain, "/readme");
    var instance = machine.start(environment, program);
    assertThat(machine.done(environment, machine.await(program, instance))).isEqualTo("healthy");
    assertThat(Health.problem(instance.port(), Optional.of("/missing")))
        .contains("GET /missing answered 404");
    machine.stop(environment, instance);
    assertThat(Health.problem(instance.port(), Optional.empty())).isPresent();
  }

  private static Component.Program withHealth(Component.Program program, String path) {
    return new Component.Program(
        program.name(),
        program.source(),
        program.run(),
        Map.of(),
        new Probe(Optional.of(path), program.probe().within()),
        0,
        Set.of());
  }

  @Test
  void whyAServiceEndedIsItsExitCodeAndItsLastWords() {
    var program = machine.program("echo starting; echo 'web: port must be a number' >&2; exit 7");
    var instance = machine.start(environment, program);
    assertThat(machine.ended(environment, instance).why())
        .matches("exited 7 after [0-9.]+ s: port must be a number");
    assertThat(machine.ended(environment, instance).healthyFor()).isZero();
    assertThat(machine.fails(environment, machine.await(program, instance)))
        .endsWith("port must be a number");
  }

  @Test
  void anExitCodeThatIsNoSignalIsSaid() {
    var instance = machine.start(environment, machine.program("exit 255"));
    assertThat(machine.ended(environment, instance).why()).startsWith("exited 255 after");
  }

  @Test
  void aServiceThatIsKilledWasKilled() {
    var instance = machine.start(environment, machine.program("kill -9 $$; sleep 1000"));
    assertThat(machine.ended(environment, instance).why()).startsWith("was killed after");
  }

  @Test
  void aCommandThatDoesNotExistSaysSo() {
    var instance = machine.start(environment, machine.program("no-such-program --serve"));
    assertThat(machine.ended(environment, instance).why())
        .startsWith("exited 127")
        .contains("no-such-program")
        .contains("not found");
  }

  @Test
  void onlyTheLinesOfThisStartAreItsLastWords() {
    var loud = machine.start(environment, machine.program("echo 'fatal: the first one'; exit 1"));
    machine.ended(environment, loud);
    var silent = machine.start(environment, machine.program("exit 1"), 2);
    assertThat(machine.ended(environment, silent).why()).doesNotContain("the first one");
  }

  @Test
  void whatIsNeverHealthyIsEndedWithWhyAndWithAllItStarted() {
    var command = "sleep 1000 & echo $! >> %s; echo $$ >> %<s; wait".formatted(note("pids"));
    var plain = machine.program(command);
    var program =
        new Component.Program(
            plain.name(),
            plain.source(),
            command,
            Map.of(),
            new Probe(Optional.empty(), Duration.ofMillis(200)),
            0,
            Set.of());
    var instance = machine.start(environment, program);
    var pids = Pids.of(note("pids"), 2);
    assertThat(machine.fails(environment, machine.await(program, instance)))
        .isEqualTo(
            "was not healthy within 0.20 s: nothing listens on its port %d ($PORT)"
                .formatted(instance.port()));
    Pids.assertGone(pids);
    assertThat(machine.ended(environment, instance).why()).startsWith("was not healthy within");
  }

  @Test
  void whenAServiceEndsWhatItLeftBehindEndsAndItsRequestsStop() {
    var changed = new CopyOnWriteArrayList<EnvironmentId>();
    machine.engine.onChange(changed::add);
    var command =
        "sh -c 'echo $$ > %s; exec sleep 1000' & until [ -e %s ]; do sleep 0.01; done"
            .formatted(note("pid"), note("end"));
    var program = machine.program(command);
    var instance = machine.serve(environment, program, machine.start(environment, program));
    assertThat(machine.switchboard.routed(environment.name(), Machine.WEB))
        .isEqualTo(OptionalInt.of(instance.port()));
    var left = Pids.of(note("pid"), 1);
    write(note("end"));
    Eventually.eventually("it is told", () -> changed.contains(environment.id()));
    assertThat(machine.switchboard.routed(environment.name(), Machine.WEB)).isEmpty();
    assertThat(machine.instance(environment, instance.id()).routed()).isFalse();
    Pids.assertGone(left);
  }

  private static void write(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aStopIsAskedForAndWaitedFor() {
    var command =
        "trap 'echo bye > %s; exit 0' TERM; echo ready; while :; do sleep 0.01; done"
            .formatted(note("bye"));
    var program = machine.program(command);
    var instance = machine.serve(environment, program, machine.ready(environment, program));
    machine.stop(environment, instance);
    assertThat(Machine.text(note("bye"))).isEqualTo("bye\n");
    assertThat(machine.switchboard.drained()).containsExactly(instance.port());
    assertThat(machine.switchboard.routed(environment.name(), Machine.WEB)).isEmpty();
  }

  @Test
  void whoIsDeafToTheQuestionIsKilled() {
    var command =
        "trap '' TERM; echo $$ > %s; echo ready; while :; do sleep 1; done".formatted(note("pid"));
    var instance = machine.ready(environment, machine.program(command));
    machine.stop(environment, instance);
    assertThat(Pids.of(note("pid"), 1)).noneMatch(Pids::runs);
  }

  @Test
  void whoLeftTheFamilyIsEndedAsWell() {
    var child = "sh -c 'echo $$ >> %s; exec sleep 1000'".formatted(note("pids"));
    var command =
        "%s & (setsid %<s &) ; (setsid sh -c \"(%<s &)\" &); echo ready; wait".formatted(child);
    var instance = machine.ready(environment, machine.program(command));
    var pids = Pids.of(note("pids"), 3);
    machine.stop(environment, instance);
    assertThat(pids).noneMatch(Pids::runs);
  }

  @Test
  void anImpatientStopStillEndsEverything() throws Exception {
    var command =
        "trap '' TERM; echo $$ > %s; echo ready; while :; do sleep 1; done".formatted(note("pid"));
    var instance = machine.ready(environment, machine.program(command));
    var pids = Pids.of(note("pid"), 1);
    var stop = new Step.Stop(Machine.WEB, instance.id(), "test");
    var stopping =
        Thread.startVirtualThread(
            () -> {
              try {
                machine.engine.perform(environment, stop, new Fence(1, 1));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    while (stopping.isAlive()) {
      stopping.interrupt();
      stopping.join(1);
    }
    machine.stop(environment, instance);
    Pids.assertGone(pids);
  }

  @Test
  void twoStartsOfOneInstanceAreOneProcess() throws Exception {
    var program = machine.program("echo $$ >> %s; sleep 1000".formatted(note("pids")));
    machine.build(program.source());
    var id = InstanceId.of(program.name(), program.digest(), 1);
    var start = new Step.Start(id, program, 1, 0, "test");
    var both =
        List.of(
            Background.run(() -> machine.done(environment, start)),
            Background.run(() -> machine.done(environment, start)));
    assertThat(List.of(both.get(0).get(), both.get(1).get()))
        .containsExactlyInAnyOrder("started", "runs already");
    Pids.of(note("pids"), 1);
  }

  @Test
  void aStartWaitsForTheStopOfTheSameInstance() throws Exception {
    var program =
        machine.program(
            "trap '' TERM; echo ready; echo $$ >> %s; sleep 1000".formatted(note("pids")));
    var instance = machine.ready(environment, program);
    var stop = new Step.Stop(Machine.WEB, instance.id(), "test");
    var stopping = Background.run(() -> machine.done(environment, stop));
    Eventually.eventually("it leaves", () -> machine.observe(environment).instances().isEmpty());
    var again = machine.start(environment, program);
    stopping.get();
    assertThat(again.id()).isEqualTo(instance.id());
    assertThat(again.pid()).isNotEqualTo(instance.pid());
    var pids = Pids.of(note("pids"), 2);
    assertThat(Pids.runs(pids.get(0))).isFalse();
    assertThat(Pids.runs(pids.get(1))).isTrue();
    try (var later = machine.again()) {
      assertThat(later.observe(environment).instances()).hasSize(1);
    }
  }

  @Test
  void whoAwaitsWhatIsStoppedIsToldSo() throws Exception {
    var program = machine.program("echo ready; sleep 1000");
    var instance = machine.ready(environment, program);
    var await = machine.await(program, instance);
    var awaiting =
        Background.run(() -> machine.engine.perform(environment, await, new Fence(1, 1)));
    machine.stop(environment, instance);
    assertThat(awaiting.get()).isInstanceOf(Outcome.Failed.class);
    assertThat(machine.observe(environment).instances()).isEmpty();
  }

  @Test
  void theNewestStartIsTheLastOfTheList() {
    var first = machine.start(environment, machine.program("exit 1"));
    machine.ended(environment, first);
    var second = machine.start(environment, machine.program("sleep 1000"), 2);
    assertThat(machine.observe(environment).instances())
        .extracting(Instance::id)
        .containsExactly(first.id(), second.id());
    assertThat(first.port()).isNotEqualTo(second.port());
  }
}
