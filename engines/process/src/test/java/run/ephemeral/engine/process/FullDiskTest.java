package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.step.InstanceId;
import run.ephemeral.core.step.Step;

/// A disk that fills up, and is emptied again. Needs a small file system, which only root can
/// mount.
class FullDiskTest {
  private static final String FULL = " is full; free some space there, it goes on by itself then";

  @TempDir private Path disk;
  private final EnvironmentKey environment = Machine.key();
  private Optional<Machine> opened = Optional.empty();

  @BeforeEach
  void mount() throws Exception {
    var mounted = ran("mount", "-t", "tmpfs", "-o", "size=16m", "none", disk.toString());
    assumeTrue(mounted, "no file system can be mounted here");
    opened = Optional.of(Machine.in(disk.toRealPath()));
  }

  @AfterEach
  void unmount() throws Exception {
    if (opened.isPresent()) {
      Files.deleteIfExists(disk.resolve("filler"));
      machine().engine.stopEverything();
      machine().engine.close();
      assertThat(ran("umount", "-l", disk.toString())).isTrue();
    }
  }

  private Machine machine() {
    return opened.orElseThrow();
  }

  private static boolean ran(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }

  private void fill() throws IOException {
    try (var out = Files.newOutputStream(disk.resolve("filler"))) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private void empty() throws IOException {
    Files.delete(disk.resolve("filler"));
  }

  private void check(Step step) throws IOException {
    fill();
    assertThat(machine().fails(environment, step)).startsWith("the disk that holds").endsWith(FULL);
    empty();
    machine().done(environment, step);
  }

  private Step.Start start(Component.Program program, int attempt) {
    var id = InstanceId.of(program.name(), program.digest(), attempt);
    return new Step.Start(id, program, attempt, 0, "test");
  }

  @Test
  void everythingGoesOnWhenThereIsRoomAgain() throws IOException {
    var program = machine().program("echo ready; sleep 1000");
    check(new Step.Build(program.name(), program.source(), "test"));
    check(start(program, 1));
    // The workspace exists already, and the ledger is not on this disk.
    fill();
    machine().done(environment, start(program, 2));
    empty();
    assertThat(machine().observe(environment).instances()).hasSize(2);
  }

  @Test
  void aBuildThatFindsNoRoomIsNoFaultOfItsAuthor() throws IOException {
    var source = Optional.of("head -c 3000000 /dev/zero > made");
    var order = machine().source(Map.of("page", "hello"), source);
    var step = new Step.Build(Machine.WEB, order, "test");
    Files.write(disk.resolve("filler"), new byte[14_000_000]);
    assertThat(machine().fails(environment, step)).startsWith("the disk").endsWith(FULL);
    empty();
    machine().done(environment, step);
  }

  @Test
  void whatRunsIsFoundAgainAlthoughNothingCouldBeWritten() throws IOException {
    var program = machine().program("echo ready; sleep 1000");
    var instance = machine().serve(environment, program, machine().ready(environment, program));
    fill();
    var later = machine().again();
    assertThat(later.instance(environment, instance.id()).pid()).isEqualTo(instance.pid());
    ProcessHandle.of(instance.pid()).orElseThrow().descendants().forEach(ProcessHandle::destroy);
    later.ended(environment, instance);
    later.stop(environment, instance);
    empty();
    later.done(environment, start(program, 2));
    assertThat(later.observe(environment).instances()).hasSize(1);
    later.engine.close();
  }
}
