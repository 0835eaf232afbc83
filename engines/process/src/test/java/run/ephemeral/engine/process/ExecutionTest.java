package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Digest;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.engine.Execution;
import run.ephemeral.core.engine.Execution.Channel;
import run.ephemeral.core.engine.Execution.Piece;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.release.SourceTree;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ExpireSpec;
import run.ephemeral.core.spec.ServiceSpec;
import run.ephemeral.core.spec.SleepSpec;
import run.ephemeral.core.spec.StartSpec;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Pids;

/// Commands that people run beside a service: all their processes end, whatever ends a command.
class ExecutionTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String RUN = "echo ready; sleep 1000";

  private final Machine machine = new Machine();
  private final EnvironmentKey environment = Machine.key();
  private Instance service;

  @BeforeEach
  void start() {
    service = machine.ready(environment, machine.program(RUN));
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private record Said(String out, String err, int code) {}

  private Execution begin(String... command) {
    return machine.engine.exec(environment, release(), Machine.WEB, List.of(command));
  }

  private Release release() {
    var web =
        new ServiceSpec("web", Optional.empty(), RUN, true, Optional.empty(), Map.of(), List.of());
    var spec =
        new AppSpec(
            new AppName("shop"),
            Map.of(Machine.WEB, web),
            Map.of(),
            Map.of(),
            StartSpec.DEFAULT,
            new SleepSpec(Optional.empty()),
            new ExpireSpec(Optional.empty()));
    var tree = machine.sources.add(Map.of("readme", "hello"));
    var trees = Set.of(new SourceTree(Machine.REPOSITORY, "web", tree));
    return new Release(
        Machine.REPOSITORY, "c1", Digest.of("spec"), spec, trees, Map.of(), Map.of());
  }

  private Said run(String... command) throws InterruptedException {
    try (var execution = begin(command)) {
      return said(execution);
    }
  }

  private static Said said(Execution execution) throws InterruptedException {
    var out = new StringBuilder();
    var err = new StringBuilder();
    while (true) {
      switch (execution.next(LONG).orElseThrow(() -> new AssertionError("it hangs"))) {
        case Piece.Output(var channel, var text) ->
            (channel == Channel.STDOUT ? out : err).append(text);
        case Piece.Exited(var code) -> {
          return new Said(out.toString(), err.toString(), code);
        }
      }
    }
  }

  private Path note(String name) {
    return machine.root.resolve(name);
  }

  private void assertNothingIsLeft(int pids) {
    assertThat(Pids.of(note("pids"), pids)).noneMatch(Pids::runs);
    assertThat(machine.root.resolve("scratch")).isEmptyDirectory();
    assertThat(Pids.runs(service.pid())).isTrue();
  }

  @Test
  void whatACommandLeftRunningEndsWithItThoughItHoldsTheOutputOpen() throws Exception {
    var said = run("sh", "-c", "sleep 1000 & echo $! > %s; echo said".formatted(note("pids")));
    assertThat(said).isEqualTo(new Said("said\n", "", 0));
    assertNothingIsLeft(1);
  }

  @Test
  void whatLeftTheFamilyOrItsVariablesEndsToo() throws Exception {
    var pids = note("pids");
    var child = "sh -c 'echo $$ >> %s; exec sleep 1000' &".formatted(pids);
    var wait = "until [ $(wc -l < %s) = 2 ]; do sleep 0.01; done".formatted(pids);
    var said = run("sh", "-c", "(setsid %s) ; (env -i %s) ; %s".formatted(child, child, wait));
    assertThat(said.code()).isZero();
    assertNothingIsLeft(2);
  }

  @Test
  void aCommandEndsThoughWhatItLeftRunningNeverStopsPrinting() throws Exception {
    var said = run("sh", "-c", "yes & echo $! > %s; exit 4".formatted(note("pids")));
    assertThat(said.code()).isEqualTo(4);
    assertNothingIsLeft(1);
  }

  @Test
  void allThatACommandPrintedIsPassedOnInOrder() throws Exception {
    var said = run("sh", "-c", "seq 100000; seq 5 >&2");
    assertThat(said.out().lines().count()).isEqualTo(100_000);
    assertThat(said.out()).startsWith("1\n2\n").endsWith("\n100000\n");
    assertThat(said.err()).isEqualTo("1\n2\n3\n4\n5\n");
    var slow = run("sh", "-c", "printf '\\303'; sleep 0.1; printf '\\244 \\342\\202'");
    assertThat(slow.out()).isEqualTo("ä \uFFFD");
  }

  @Test
  void itsExitCodeIsTheCommandsAndASignalIsToldAsShellsDo() throws Exception {
    assertThat(run("sh", "-c", "exit 3")).isEqualTo(new Said("", "", 3));
    assertThat(run("sh", "-c", "kill -9 $$")).isEqualTo(new Said("", "", 137));
    assertThat(run("sh", "-c", "kill -15 $$").code()).isEqualTo(143);
    assertThat(run("no-such", "-x"))
        .isEqualTo(new Said("", "`no-such` cannot be run: there is no such program\n", 127));
    assertThat(run("./readme").code()).isBetween(126, 127);
    assertThat(run("exit", "5").code()).as("no word of a shell").isEqualTo(127);
  }

  @Test
  void itsArgumentsAreArgumentsAndItsVariablesThoseOfTheService() throws Exception {
    assertThat(run("printf", "%s|", "a b", "", "*", "$PORT", "'").out())
        .isEqualTo("a b||*|$PORT|'|");
    assertThat(run("sh", "-c", "echo $PORT; cat; pwd").out())
        .isEqualTo(service.port() + "\n" + workspace() + "\n");
  }

  private Path workspace() {
    return machine.workspace(environment, machine.program(RUN));
  }

  @Test
  void aCommandThatEndsTheShellAboveItHasEnded() throws Exception {
    var run = "echo $$ > %s; kill -9 $PPID; sleep 1000".formatted(note("pids"));
    assertThat(run("sh", "-c", run).code()).isEqualTo(137);
    assertNothingIsLeft(1);
  }

  @Test
  void itIsEndedWithItsService() throws Exception {
    try (var execution = begin("sh", "-c", "echo $$ > %s; sleep 1000".formatted(note("pids")))) {
      var pids = Pids.of(note("pids"), 1);
      machine.stop(environment, service);
      assertThat(pids).noneMatch(Pids::runs);
      assertThat(said(execution).code()).isIn(137, 143);
    }
  }

  @Test
  void itIsEndedWithItsEnvironmentThoughNoServiceRuns() throws Exception {
    machine.stop(environment, service);
    try (var execution = begin("sh", "-c", "echo $$ > %s; sleep 1000".formatted(note("pids")))) {
      var pids = Pids.of(note("pids"), 1);
      machine.done(environment, new Step.Erase("test"));
      assertThat(pids).noneMatch(Pids::runs);
      assertThat(said(execution).code()).isIn(137, 143);
    }
  }

  @Test
  void whatAControlPlaneThatWasKilledHadRunningIsEndedByTheNextAndItsServiceIsNot() {
    var ignored = begin("sh", "-c", "echo $$ > %s; sleep 1000".formatted(note("pids")));
    var pids = Pids.of(note("pids"), 1);
    var later = machine.again();
    assertThat(pids).noneMatch(Pids::runs);
    assertNothingIsLeft(1);
    later.engine.close();
    ignored.close();
  }

  @Test
  void itIsEndedWhenTheEngineStops() {
    begin("sh", "-c", "echo $$ > %s; sleep 1000".formatted(note("pids")));
    var pids = Pids.of(note("pids"), 1);
    machine.engine.close();
    assertThat(pids).noneMatch(Pids::runs);
    assertThatThrownBy(() -> begin("true")).isInstanceOf(FaultException.class);
  }

  @Test
  void soManyRunAtOnceAndTheNextIsRefusedUntilOneEnds() throws Exception {
    var most = Limits.DEFAULT.executions();
    var all = new ArrayList<Execution>();
    for (int i = 0; i < most; i++) {
      all.add(begin("sleep", "1000"));
    }
    assertThatThrownBy(() -> begin("true"))
        .hasMessage(
            most
                + " commands of `ephemeral exec` run already, which is the most; wait until one"
                + " ends");
    all.removeLast().close();
    assertThat(run("true").code()).isZero();
    all.forEach(Execution::close);
  }

  @Test
  void whoseOutputNobodyTakesWaits() throws Exception {
    var command = "while printf '%%01024d' 0; do echo >> %s; done".formatted(note("count"));
    try (var execution = begin("sh", "-c", command)) {
      Eventually.eventually("the pipe is full", () -> count() >= 60);
      for (int i = 0; i < 10; i++) {
        assertThat(execution.next(LONG)).isPresent();
      }
      assertThat(count()).isLessThan(10 * 16 + 2 * 64);
    }
  }

  private long count() {
    return Machine.text(note("count")).lines().count();
  }
}
