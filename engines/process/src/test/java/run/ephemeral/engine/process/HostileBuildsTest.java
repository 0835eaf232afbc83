package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Probe;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.process.file.Folders;
import run.ephemeral.engine.process.log.LogFiles;

/// Builds that misbehave.
class HostileBuildsTest {
  private final Machine machine = new Machine();
  private final Path builds = machine.root.resolve("builds");

  @AfterEach
  void close() {
    machine.close();
  }

  private ArtifactOrder.Built order(String command) {
    return machine.source(Map.of("page", "hello"), Optional.of(command));
  }

  private String fails(String command) {
    var order = order(command);
    var message = machine.fails(Machine.key(), new Step.Build(Machine.WEB, order, "test"));
    assertThat(has(order)).isFalse();
    return message;
  }

  private boolean has(ArtifactOrder.Built order) {
    return machine.has(order);
  }

  /// Starts a service on an artifact, and returns the first line of its output.
  private String says(ArtifactOrder.Built order, String run) {
    var place = Machine.key();
    var within = Duration.ofMinutes(1);
    var ready = run + "; echo ready; sleep 1000";
    var program =
        new Component.Program(
            Machine.WEB, order, ready, Map.of(), new Probe(Optional.empty(), within), 0, Set.of());
    machine.ready(place, program);
    return machine.log(place).lines().skip(1).findFirst().orElseThrow();
  }

  @Test
  void whoEndsByASignalWasKilled() {
    assertThat(fails("kill -9 $$")).matches("build was killed after [0-9.]+ s");
    assertThat(fails("exit 137")).matches("build was killed after [0-9.]+ s");
    assertThat(fails("kill -9 $PPID; sleep 1000")).startsWith("build was killed after");
  }

  @Test
  void whoRemovesItsOwnFolderIsToldSo() {
    var message = "build removed the folder it ran in; what it makes must be left there";
    assertThat(fails("rm -rf \"$PWD\"")).isEqualTo(message);
    assertThat(fails("rm -rf \"$PWD\"; ln -s / \"$PWD\"")).isEqualTo(message);
    assertThat(fails("rm -rf \"$PWD\"; echo x > \"$PWD\"")).isEqualTo(message);
    assertThat(Path.of("/bin")).isDirectory();
  }

  @Test
  void whatRemovesAnotherArtifactIsMendedByBuildingThatAgain() {
    var victim = order("echo made > made");
    machine.build(victim);
    machine.build(
        order("for one in ../*; do [ $one -ef . ] || [ ! -d $one ] || rm -rf $one; done"));
    assertThat(has(victim)).isFalse();
    assertThat(machine.build(victim)).isEqualTo("built");
    assertThat(says(victim, "cat made")).isEqualTo("made");
  }

  @Test
  void namesThatAreNoTextLoopsAndManyFilesAreCopied() {
    var order =
        order(
            "echo found > \"$(printf 'gr\\374n')\"; mkdir \"$(printf 'd\\377')\"; echo deep >"
                + " \"$(printf 'd\\377/e')\"; ln -s loop loop; ln -s . self; mkdir many; cd many;"
                + " seq 3000 | xargs touch");
    assertThat(machine.build(order)).isEqualTo("built");
    assertThat(says(order, "echo $(cat gr*) $(cat d*/e) $(ls many | wc -l)"))
        .isEqualTo("found deep 3000");
  }

  @Test
  void whatDiffersEachTimeIsBuiltOnce() {
    var order = order("date +%s%N > made");
    machine.build(order);
    var first = says(order, "cat made");
    assertThat(machine.build(order)).isEqualTo("already built");
    assertThat(says(order, "cat made")).isEqualTo(first);
  }

  /// @param megabytes in lines of 64 bytes
  private void prints(int megabytes) throws IOException {
    var line = "x".repeat(63);
    var lines = megabytes * 1024 * 16;
    var command = "yes %s | head -n %d; echo 'error: out of paper'; exit 1".formatted(line, lines);
    assertThat(fails(command)).contains("exited 1").endsWith("error: out of paper");
    var log = builds.resolve("any.log");
    for (var file : Folders.list(builds)) {
      log = file.toString().endsWith(".log") ? file : log;
    }
    var bounded = log;
    run.ephemeral.testkit.Eventually.eventually(
        "the log is within its bounds",
        () -> LogFiles.of(bounded).stream().allMatch(file -> file.toFile().length() <= 10_000));
    assertThat(LogFiles.of(log)).hasSize(2);
  }

  @Test
  void whoPrintsMuchIsBounded() throws IOException {
    prints(20);
  }

  @Test
  @Tag("long")
  void whoPrintsAGigabyteIsBounded() throws IOException {
    prints(1024);
  }

  @Test
  void logsOfFailedBuildsAreKeptForAWhileOnly() throws IOException {
    var whole = order("echo fine");
    machine.build(whole);
    fails("echo bad; exit 1");
    age(Duration.ofDays(15));
    fails("echo worse; exit 1");
    assertThat(logs()).isEqualTo(3);
    machine.again().engine.collect();
    assertThat(logs()).isEqualTo(2);
    assertThat(has(whole)).isTrue();
  }

  private long logs() throws IOException {
    return Folders.list(builds).stream().filter(file -> file.toString().endsWith(".log")).count();
  }

  private void age(Duration age) throws IOException {
    for (var file : Folders.list(builds)) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }
  }
}
