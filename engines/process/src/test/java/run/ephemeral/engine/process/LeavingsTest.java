package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.Digest;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.process.file.Home;
import run.ephemeral.engine.process.log.LogFiles;
import run.ephemeral.engine.process.log.Logs;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Pids;

/// Logs and results of an environment that lives, and that nothing is left after its end.
class LeavingsTest {
  private static final ComponentName SMOKE = new ComponentName("smoke");

  private final Machine machine = new Machine();
  private final EnvironmentKey environment = Machine.key();
  @TempDir private Path temporary;

  @AfterEach
  void close() {
    machine.close();
  }

  private Component.Test test(Machine on, String run) {
    var source = on.source(Map.of("page", "hello\n"), Optional.empty());
    on.build(source);
    return new Component.Test(SMOKE, source, run, Map.of("API", "${api.port}"));
  }

  private String result(Machine on, String run) {
    on.done(environment, new Step.Test(test(on, run), Digest.of("result"), "test"));
    var results = on.observe(environment).tests();
    assertThat(results).hasSize(1);
    return results.getFirst().passed() + " " + results.getFirst().summary();
  }

  @Test
  void aTestRunsInACopyOfItsSourceAndKnowsTheEnvironment() {
    var run = "cat page; echo $URL; echo $API; echo x > page; test -n \"$API\"";
    assertThat(result(machine, run)).matches("true passed in [0-9.]+ s");
    assertThat(result(machine, run)).startsWith("true");
    var log = Machine.text(new Home(machine.root).log(environment, SMOKE, "test"));
    assertThat(log).contains("hello\nhttp://" + environment.name()).doesNotContain("x\n");
    assertThat(machine.root.resolve("scratch")).isEmptyDirectory();
  }

  @Test
  void aTestThatFailsIsAResultAndSaysWhy() {
    assertThat(result(machine, "echo '2 of 14 failed'; exit 1"))
        .matches("false exited 1 after [0-9.]+ s: 2 of 14 failed");
  }

  @Test
  void aTestThatDoesNotEndIsAResultToo() {
    try (var hasty = new Machine(Machine.limits(Duration.ofMillis(200), 1_000_000))) {
      assertThat(result(hasty, "sleep 1000")).startsWith("false did not end within");
    }
  }

  @Test
  void eraseLeavesNoFileNoProcessAndNoRoute() throws IOException {
    var program = machine.program("mkdir -p a/b; chmod 500 a; echo ready; sleep 1000");
    var instance = machine.serve(environment, program, machine.ready(environment, program));
    machine.done(environment, new Step.Test(test(machine, "true"), Digest.of("result"), "test"));
    machine.done(environment, new Step.Erase("test"));
    assertThat(machine.observe(environment)).isEqualTo(Observed.NOTHING);
    assertThat(Pids.runs(instance.pid())).isFalse();
    assertThat(machine.root.resolve("environments")).isEmptyDirectory();
    assertThat(machine.switchboard.knows(environment.name())).isFalse();
  }

  @Test
  void aLogThatIsTooLargeBecomesTheOlderOneAndItsWriterGoesOn() throws IOException {
    var go = machine.root.resolve("go");
    var program =
        machine.program(
            "yes line | head -n 5000; echo ready; until [ -e %s ]; do sleep 0.01; done;"
                    .formatted(go)
                + " echo after; echo ready again; sleep 1000");
    machine.ready(environment, program);
    var log = new Home(machine.root).log(environment, Machine.WEB, "run");
    Eventually.eventually("it is rotated", () -> Machine.text(log).isEmpty());
    Files.createFile(go);
    Eventually.eventually("it goes on", () -> Machine.text(log).equals("after\nready again\n"));
    assertThat(LogFiles.of(log)).hasSize(2);
    assertThat(Machine.text(LogFiles.of(log).getFirst())).endsWith("line\nready\n");
  }

  @Test
  void onlyLogsWhereLogsLieAreRotated() throws IOException {
    var inside = Files.createDirectories(temporary.resolve("artifact")).resolve("app.log");
    Files.writeString(inside, "x".repeat(100));
    var log = Files.writeString(temporary.resolve("build.log"), "x".repeat(100));
    var small = Files.writeString(temporary.resolve("small.log"), "x");
    var logs = new Logs(10);
    logs.rotate(temporary, 1);
    assertThat(inside).hasSize(100);
    assertThat(log).isEmptyFile();
    assertThat(small).hasSize(1);
    logs.rotate(temporary.resolve("missing"), 1);
  }
}
