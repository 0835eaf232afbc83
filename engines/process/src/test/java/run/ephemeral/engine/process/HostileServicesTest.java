package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Probe;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.process.file.Home;
import run.ephemeral.engine.process.instance.Listening;
import run.ephemeral.engine.process.instance.Live;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Pids;

/// Services that misbehave. Each is reported and removed completely, and does not affect the
/// environment beside it.
class HostileServicesTest {
  private static final String LISTEN =
      """
      import java.net.*;
      class Listen {
        public static void main(String... a) throws Exception {
          var socket = new ServerSocket(0, 9, InetAddress.getByName(a[0]));
          System.out.println("ready " + socket.getLocalPort());
          socket.accept();
        }
      }
      """;

  private final Machine machine = new Machine();
  private final EnvironmentKey environment = Machine.key();
  private final EnvironmentKey neighbour = Machine.key();

  @AfterEach
  void close() {
    machine.close();
  }

  private Path note(String name) {
    return machine.root.resolve(name);
  }

  private Component.Program hasty(Component.Program program) {
    var within = Duration.ofMillis(200);
    return new Component.Program(
        program.name(),
        program.source(),
        program.run(),
        Map.of(),
        new Probe(Optional.empty(), within),
        0,
        Set.of());
  }

  /// Runs a service beside another, stops and erases it, and checks what is left of both.
  private void check(String run) throws IOException {
    var program = machine.program("echo ready; sleep 1000");
    var other = machine.serve(neighbour, program, machine.ready(neighbour, program));
    var instance = machine.ready(environment, machine.program(run));
    machine.stop(environment, instance);
    machine.done(environment, new Step.Erase("test"));
    assertThat(machine.observe(environment).traces()).isFalse();
    assertThat(new Home(machine.root).of(environment)).doesNotExist();
    assertThat(Pids.runs(other.pid())).isTrue();
    assertThat(machine.instance(neighbour, other.id())).isEqualTo(other);
  }

  @Test
  void whoListensElsewhereIsToldWhere() throws IOException {
    var source = machine.source(Map.of("Listen.java", LISTEN), Optional.empty());
    var run = "exec \"$JAVA_HOME/bin/java\" Listen.java 127.0.0.1";
    var plain =
        new Component.Program(
            Machine.WEB,
            source,
            run,
            Map.of(),
            new Probe(Optional.empty(), Duration.ofMillis(200)),
            0,
            Set.of());
    var instance = machine.ready(environment, plain);
    var port = machine.log(environment).replaceFirst("(?s).*ready (\\d+).*", "$1");
    assertThat(machine.fails(environment, machine.await(plain, instance)))
        .isEqualTo(
            ("was not healthy within 0.20 s: nothing listens on its port %d ($PORT); it listens on"
                    + " %s instead; make it listen on the port in $PORT")
                .formatted(instance.port(), port));
  }

  /// Like programs that listen on `localhost` where that resolves to `::1` first.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoListensOnTheOtherLoopbackAddressOnlyIsHealthy(boolean asksForAPage) throws Exception {
    assumePython();
    var run = "exec python3 -m http.server $PORT --bind ::1";
    var health = asksForAPage ? Optional.of("/") : Optional.<String>empty();
    var source = machine.source(Map.of("index.html", "hello"), Optional.empty());
    var program =
        new Component.Program(
            Machine.WEB,
            source,
            run,
            Map.of(),
            new Probe(health, Duration.ofSeconds(30)),
            0,
            Set.of());
    var instance = machine.start(environment, program);
    assertThat(machine.done(environment, machine.await(program, instance))).isEqualTo("healthy");
  }

  @Test
  void whoListensOnAnotherAddressIsToldToListenOnThisOne() throws IOException {
    var here = ProcessHandle.current();
    try (var socket = new ServerSocket(0, 9, InetAddress.getByName("127.0.0.2"))) {
      var port = socket.getLocalPort();
      assertThat(Listening.ports(java.util.List.of(here))).contains(port);
      assertThat(Listening.elsewhere(java.util.List.of(here), port).orElseThrow())
          .contains("not on 127.0.0.1 or ::1");
    }
  }

  private static void assumePython() throws Exception {
    var which = new ProcessBuilder("sh", "-c", "command -v python3").start();
    assumeTrue(which.waitFor() == 0, "python3 is not installed (package python3)");
  }

  /// Python buffers some kilobytes of output to a file, unless told otherwise.
  @Test
  void whatAPythonProgramPrintsIsInItsLogWhileItRuns() throws Exception {
    assumePython();
    var source =
        machine.source(
            Map.of("main.py", "import time\nprint('ready')\ntime.sleep(1000)\n"), Optional.empty());
    var program =
        new Component.Program(
            Machine.WEB,
            source,
            "exec python3 main.py",
            Map.of(),
            new Probe(Optional.empty(), Duration.ofMinutes(1)),
            0,
            Set.of());
    machine.ready(environment, program);
  }

  @Test
  void whoEndsAtOnceWithoutAWordHasEnded() {
    var program = machine.program("exit 0");
    var instance = machine.start(environment, program);
    assertThat(machine.ended(environment, instance).why()).matches("exited 0 after [0-9.]+ s");
    assertThat(machine.fails(environment, machine.await(program, instance))).startsWith("exited 0");
  }

  @Test
  void whoAnsweredAndThenDiedServedForAWhileAndGetsNoMoreRequests() throws IOException {
    var program =
        machine.program("until [ -e %s ]; do sleep 0.01; done; exit 3".formatted(note("go")));
    var instance = machine.serve(environment, program, machine.start(environment, program));
    Files.createFile(note("go"));
    var ended = machine.ended(environment, instance);
    assertThat(ended.why()).startsWith("exited 3");
    assertThat(ended.healthyFor()).isPositive();
    assertThat(machine.switchboard.routed(environment.name(), Machine.WEB)).isEmpty();
  }

  @Test
  void whoClearedItsVariablesIsFoundByItsSession() throws IOException {
    var child = "env -i sh -c 'echo $$ >> %s; exec sleep 1000'".formatted(note("pids"));
    check(
        "(%s &) ; (%<s &); until [ $(wc -l < %s) = 2 ]; do sleep 0.01; done; echo ready; sleep 1000"
            .formatted(child, note("pids")));
    assertThat(Pids.of(note("pids"), 2)).noneMatch(Pids::runs);
  }

  @Test
  void whoLeftItsSessionAndClosedItsFilesIsFoundByItsMark() throws IOException {
    var child = "(trap '' TERM HUP; echo $$ > %s; exec sleep 1000)".formatted(note("pids"));
    check(
        "cd /; (setsid sh -c \"%s\" < /dev/null > /dev/null 2>&1 &); until [ -s %s ]; do sleep"
                .formatted(child.replace("$", "\\$"), note("pids"))
            + " 0.01; done; echo ready; sleep 1000");
    assertThat(Pids.of(note("pids"), 1)).noneMatch(Pids::runs);
  }

  @Test
  void whoKillsTheShellAboveItEndsItself() {
    var run = "echo $$ > %s; kill -9 $PPID; sleep 1000".formatted(note("pids"));
    var instance = machine.start(environment, machine.program(run));
    assertThat(machine.ended(environment, instance).why()).startsWith("was killed");
    Pids.assertGone(Pids.of(note("pids"), 1));
  }

  @Test
  void whoLeavesChildrenUncollectedIsPutAway() throws IOException {
    check("for i in 1 2 3 4 5 6 7 8 9; do true & done; echo ready; exec sleep 1000");
  }

  @Test
  void filesThatResistAndThatAreNoneAreRemoved() throws IOException {
    check(
        "mkdir -p a/b 'with space' -- -dash; echo x > a/b/c; chmod 400 a/b/c; chmod 500 a/b;"
            + " chmod 0 a; mkfifo pipe; ln -s loop loop; ln -s / root; : > \"$(printf 'a\\377b')\";"
            + " echo ready; sleep 1000");
  }

  @Test
  void whoTakesAllFilesItMayOpenHarmsOnlyItself() throws IOException {
    check(
        "ulimit -n 20; for i in 3 4 5 6 7 8 9; do eval \"exec $i< readme\"; done; echo ready;"
            + " sleep 1000");
  }

  @Test
  void servicesGoBeforeAllOthersWhenMemoryRunsOut() throws IOException {
    var instance = machine.ready(environment, machine.program("echo ready; sleep 1000"));
    var shell = ProcessHandle.of(instance.pid()).orElseThrow();
    Eventually.eventually("it has a child", () -> shell.descendants().findAny().isPresent());
    assertThat(shell.descendants())
        .allSatisfy(process -> assertThat(score(process.pid())).isEqualTo("1000\n"));
    assertThat(score(ProcessHandle.current().pid())).isNotEqualTo("1000\n");
  }

  private static String score(long pid) {
    return Machine.text(Path.of("/proc/" + pid + "/oom_score_adj"));
  }

  /// Finds the folder of the shell's files by the arguments of the shell above the service.
  private String facts() {
    return "facts=$(tr '\\0\\n' '\\n ' < /proc/$PPID/cmdline | sed -n 5p); ";
  }

  @Test
  void nonsenseInItsNotesIsNotBelieved() throws IOException {
    for (var nonsense :
        new String[] {
          "echo 99999999999999999999 > $facts/exit",
          "mkfifo $facts/exit $facts/ended $facts/healthy",
          "rm $facts/pid; mkfifo $facts/pid",
          "rm $facts/pid; ln -s /dev/zero $facts/pid",
          "echo 1 > $facts/pid",
          "rm -rf $facts",
          "rm -rf $facts; echo x > $facts"
        }) {
      var place = Machine.key();
      var run = facts() + nonsense + "; echo ready; kill -9 $PPID";
      var instance = machine.ready(place, machine.program(run));
      assertThat(machine.ended(place, instance).why()).as(nonsense).startsWith("was killed");
      var later = machine.again();
      assertThat(later.observe(place).instances()).as(nonsense).hasSizeLessThan(2);
      later.stop(place, instance);
      later.done(place, new Step.Erase("test"));
      later.engine.close();
    }
  }

  @Test
  void notesThatCannotBeReadAreDroppedWithWhatRuns() throws IOException {
    var run = "echo $$ > %s; echo ready; sleep 1000".formatted(note("pids"));
    var instance = machine.ready(environment, machine.program(run));
    var pids = Pids.of(note("pids"), 1);
    var key = Live.key(environment, instance.id());
    machine.ledger.write(new Ledger.Entry(key, Map.of("port", "many")));
    var later = machine.again();
    assertThat(later.observe(environment).instances()).isEmpty();
    Pids.assertGone(pids);
  }

  /// From the folder it runs in, a service reaches its environment's folder by a relative path.
  @Test
  void whatAServiceWritesBesideItsFolderIsNotBelieved() throws IOException {
    var api = new ComponentName("api");
    machine.start(environment, machine.program("sleep 1000", Map.of("API", "${api.url}")));
    var address = machine.engine.address(environment, api);
    var write =
        "mkdir -p ../../../tests ../../../instances/web-1;"
            + " for f in addresses tests/smoke instances/web-1/facts instances/web-1/routed; do"
            + " echo web=x > ../../../$f; done; echo ready; sleep 1000";
    machine.ready(environment, machine.program(write));
    var later = machine.again();
    assertThat(later.engine.address(environment, api)).isEqualTo(address);
    assertThat(later.observe(environment).tests()).isEmpty();
    assertThat(later.observe(environment).instances()).hasSize(2);
  }

  @Test
  void whatHasAMarkOfOursAndIsInNoLedgerIsEnded() {
    var run = "echo $$ > %s; echo ready; sleep 1000".formatted(note("pids"));
    machine.ready(environment, machine.program(run));
    var pids = Pids.of(note("pids"), 1);
    machine.ledger.strike(environment.id());
    var later = machine.again();
    assertThat(later.observe(environment).instances()).isEmpty();
    Pids.assertGone(pids);
  }

  @Test
  void aLogThatBecameAPipeIsALogAgain() throws IOException {
    var log = new Home(machine.root).log(environment, Machine.WEB, "run");
    var first = machine.program("rm %s; mkfifo %<s; sleep 1000".formatted(log));
    var instance = machine.start(environment, first);
    Eventually.eventually("it is a pipe", () -> !Files.isRegularFile(log));
    machine.stop(environment, instance);
    machine.ready(environment, machine.program("echo ready; sleep 1000"));
    assertThat(log).isRegularFile();
  }

  @Test
  void whosePortIsTakenGetsAnotherNextTime() {
    var program = machine.program("echo busy $PORT; exit 98");
    var first = machine.start(environment, program);
    machine.listen(first);
    machine.ended(environment, first);
    var second = machine.start(environment, program, 2);
    assertThat(second.port()).isNotEqualTo(first.port());
  }

  @Test
  void whoIsNeverHealthyIsPutAwayThoughItIsDeaf() {
    var program =
        hasty(
            machine.program(
                "trap '' TERM; echo $$ > %s; while :; do sleep 1; done".formatted(note("pids"))));
    var instance = machine.start(environment, program);
    var pids = Pids.of(note("pids"), 1);
    assertThat(machine.fails(environment, machine.await(program, instance)))
        .startsWith("was not healthy within 0.20 s");
    assertThat(machine.instance(environment, instance.id()).state())
        .isInstanceOf(Instance.State.Ended.class);
    Pids.assertGone(pids);
  }
}
