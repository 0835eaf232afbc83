package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Background;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Pids;

class BuildsTest {
  private Machine machine = new Machine();
  private Path notes = machine.root.resolve("notes");

  @BeforeEach
  void notes() throws IOException {
    Files.createDirectories(notes);
  }

  @AfterEach
  void close() throws Exception {
    machine.close();
  }

  private ArtifactOrder.Built order(String command) {
    return machine.source(Map.of("page", "hello"), Optional.of(command));
  }

  private Step.Build step(ArtifactOrder.Built order) {
    return new Step.Build(Machine.WEB, order, "test");
  }

  /// A command that records its start, and waits.
  private String waiting() {
    return "echo $$ >> %s/began; until [ -e %s/go ]; do sleep 0.01; done; touch made"
        .formatted(notes, notes);
  }

  private List<Path> artifacts() {
    try (var files = Files.list(machine.root.resolve("builds"))) {
      return files.filter(Files::isDirectory).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private boolean has(ArtifactOrder.Built order) {
    return machine.has(order);
  }

  @Test
  void whoAsksForABuildThatIsUnderWayWaitsForIt() throws Exception {
    var order = order(waiting());
    var both = Stream.generate(() -> Background.run(() -> machine.build(order))).limit(2).toList();
    Pids.of(notes.resolve("began"), 1);
    Files.createFile(notes.resolve("go"));
    for (var one : both) {
      assertThat(one.get()).isIn("built", "already built");
    }
    assertThat(Machine.text(notes.resolve("began")).lines()).hasSize(1);
    assertThat(artifacts().getFirst().resolve("made")).exists();
  }

  @Test
  void whatWasBuiltOnceIsNotBuiltAgain() {
    var order = order("echo x >> " + notes + "/count");
    assertThat(machine.build(order)).isEqualTo("built");
    assertThat(machine.build(order)).isEqualTo("already built");
    assertThat(machine.again().build(order)).isEqualTo("already built");
    assertThat(Machine.text(notes.resolve("count"))).isEqualTo("x\n");
  }

  @Test
  void anotherCommandOrAnotherTreeIsAnotherArtifact() {
    machine.build(order("true"));
    machine.build(order("true "));
    machine.build(machine.source(Map.of("page", "bye"), Optional.of("true")));
    assertThat(machine.build(machine.source(Map.of("page", "bye"), Optional.empty())))
        .isEqualTo("source taken");
    assertThat(artifacts()).hasSize(4);
  }

  @Test
  void aBuildThatFailsSaysItsLastWordsAndLeavesNoArtifact() {
    var order = order("echo compiling; echo 'error: no such module: left-pad' >&2; echo; exit 3");
    assertThat(machine.fails(Machine.key(), step(order)))
        .matches("build exited 3 after [0-9.]+ s: error: no such module: left-pad");
    assertThat(has(order)).isFalse();
    assertThat(artifacts()).isEmpty();
  }

  @Test
  void aBuildThatTakesTooLongIsEnded() throws Exception {
    try (var hasty = new Machine(Machine.limits(Duration.ofMillis(300), 1_000_000))) {
      var command = "echo $$ > %s/pid; echo still at it; sleep 1000".formatted(hasty.root);
      var order = hasty.source(Map.of("page", "hello"), Optional.of(command));
      assertThat(hasty.fails(Machine.key(), step(order)))
          .matches("build did not end within [0-9.]+ s: still at it");
      Pids.assertGone(Pids.of(hasty.root.resolve("pid"), 1));
    }
  }

  @Test
  void whenNobodyWaitsAnyMoreTheBuildEndsAndLeavesNothing() throws Exception {
    var order = order("sleep 1000 & echo $! >> " + notes + "/began; " + waiting());
    var asker =
        Thread.startVirtualThread(
            () ->
                assertThatThrownBy(
                        () ->
                            machine
                                .engine
                                .artifacts()
                                .perform(Machine.key(), step(order), new Fence(1, 1)))
                    .isInstanceOf(InterruptedException.class));
    var pids = Pids.of(notes.resolve("began"), 2);
    asker.interrupt();
    asker.join();
    Pids.assertGone(pids);
    Eventually.eventually("its folder is gone", () -> artifacts().isEmpty());
    assertThat(has(order)).isFalse();
  }

  @Test
  void whoAsksWhileAnAbandonedBuildIsEndingGetsOneThatIsWhole() throws Exception {
    // Ignores SIGTERM, so that its end takes the whole grace time.
    var order = order("trap '' TERM; " + waiting());
    var first = Thread.startVirtualThread(() -> ignore(order));
    Pids.of(notes.resolve("began"), 1);
    first.interrupt();
    first.join();
    Files.createFile(notes.resolve("go"));
    assertThat(machine.build(order)).isIn("built", "already built");
    assertThat(has(order)).isTrue();
    assertThat(artifacts().getFirst().resolve("made")).exists();
  }

  private void ignore(ArtifactOrder.Built order) {
    try {
      machine.engine.artifacts().perform(Machine.key(), step(order), new Fence(1, 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aBuildGoesOnAsLongAsOneWaits() throws Exception {
    var order = order(waiting());
    var stays = Background.run(() -> machine.build(order));
    Pids.of(notes.resolve("began"), 1);
    var goes = Thread.startVirtualThread(() -> ignore(order));
    goes.interrupt();
    goes.join();
    Files.createFile(notes.resolve("go"));
    assertThat(stays.get()).isEqualTo("built");
    assertThat(Machine.text(notes.resolve("began")).lines()).hasSize(1);
  }

  @Test
  void whatABuildLeavesRunningBehindIsEnded() {
    var daemon = "(setsid sh -c 'echo $$ > %s/pid; sleep 1000' &)".formatted(notes);
    machine.build(order(daemon + "; until [ -s " + notes + "/pid ]; do sleep 0.01; done"));
    Pids.assertGone(Pids.of(notes.resolve("pid"), 1));
  }

  @Test
  void aBuildKnowsNothingOfTheControlPlane() throws IOException {
    machine.build(order("env > variables"));
    var variables = Files.readString(artifacts().getFirst().resolve("variables"));
    assertThat(variables).contains("PATH=", "JAVA_HOME=").doesNotContain("secret", "TOKEN");
  }

  @Test
  void whatAKilledControlPlaneWasBuildingIsEndedAndRemoved() throws Exception {
    var order = order(waiting());
    var interrupted = Background.run(() -> machine.build(order));
    var pids = Pids.of(notes.resolve("began"), 1);
    machine.again().close();
    Pids.assertGone(pids);
    assertThatThrownBy(interrupted::get).isInstanceOf(ExecutionException.class);
    machine = new Machine();
    notes = machine.root;
  }

  @Test
  void theLeastRecentlyUsedIsDroppedButNeverWhatIsInUse() throws Exception {
    try (var small = new Machine(Machine.limits(Duration.ofMinutes(1), 2_500))) {
      var running = small.program("sleep 1000");
      small.start(Machine.key(), running);
      var first = kilobyte(small, "a");
      var second = kilobyte(small, "b");
      ageAll(small.root, Duration.ofHours(2));
      var third = kilobyte(small, "c");
      assertThat(kept(small, running.source(), first, second, third))
          .contains(running.source(), third)
          .hasSize(3);
      kilobyte(small, "d");
      assertThat(kept(small, running.source(), third)).containsExactly(running.source(), third);
    }
  }

  private static ArtifactOrder.Built kilobyte(Machine machine, String name) {
    var order = machine.source(Map.of(name, name.repeat(1_000)), Optional.empty());
    machine.build(order);
    return order;
  }

  private static List<ArtifactOrder.Built> kept(Machine machine, ArtifactOrder.Built... orders) {
    return Stream.of(orders).filter(machine::has).toList();
  }

  private static void ageAll(Path root, Duration age) throws IOException {
    try (var files = Files.list(root.resolve("builds"))) {
      for (var mark : files.filter(file -> file.toString().endsWith(".whole")).toList()) {
        Files.setLastModifiedTime(mark, FileTime.from(Instant.now().minus(age)));
      }
    }
  }
}
