package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Probe;
import run.ephemeral.engine.process.file.Folders;
import run.ephemeral.testkit.Eventually;

class WorkspacesTest {
  private final Machine machine = new Machine();
  @TempDir private Path temporary;

  @AfterEach
  void close() {
    machine.close();
  }

  private Component.Program program(String run) {
    return program(run, "hello\n");
  }

  private Component.Program program(String run, String page) {
    var source =
        machine.source(
            Map.of("page", page, "node_modules/lib/index.js", "one\n"),
            Optional.of("mkdir -p node_modules/.cache; echo warm > node_modules/.cache/state"));
    return new Component.Program(
        Machine.WEB,
        source,
        run,
        Map.of(),
        new Probe(Optional.empty(), Duration.ofMinutes(1)),
        0,
        Set.of());
  }

  @Test
  void environmentsThatShareAnArtifactDoNotSeeEachOthersWrites() {
    var writer =
        program(
            "echo changed > page; echo hot > node_modules/.cache/state;"
                + " echo two > node_modules/lib/index.js;"
                + " touch node_modules/lib/new; echo ready; sleep 1000");
    var reader =
        program("cat page node_modules/.cache/state node_modules/lib/*; echo ready; sleep 1000");
    machine.ready(Machine.key(), writer);
    var other = Machine.key();
    machine.ready(other, reader);
    assertThat(machine.log(other)).endsWith("\nhello\nwarm\none\nready\n");
  }

  @Test
  void noFileOfAnEnvironmentIsAHardLinkToOneOfAnother() throws IOException {
    var environment = Machine.key();
    var program = program("echo ready; sleep 1000");
    machine.ready(environment, program);
    var workspace = machine.workspace(environment, program);
    assertThat(links(workspace.resolve("node_modules/lib/index.js"))).isEqualTo(1);
    assertThat(links(workspace.resolve("page"))).isEqualTo(1);
  }

  private static int links(Path file) throws IOException {
    return (int) Files.getAttribute(file, "unix:nlink");
  }

  @Test
  void whatAServiceWroteStaysThroughRestartAndSleep() {
    var environment = Machine.key();
    var program = program("echo once more >> diary; cat diary; echo ready; sleep 1000");
    var first = machine.ready(environment, program);
    machine.stop(environment, first);
    var second = machine.start(environment, program);
    Eventually.eventually(
        "it reads what it wrote",
        () -> machine.log(environment).contains("once more\nonce more\nready"));
    machine.stop(environment, second);
    assertThat(machine.workspace(environment, program).resolve("diary")).exists();
  }

  @Test
  void anOldVersionsFolderGoesWhenItIsStoppedAndANewOneRuns() {
    var environment = Machine.key();
    var old = program("echo ready; sleep 1000");
    var instance = machine.ready(environment, old);
    var newer = program("echo ready; sleep 1000", "bye\n");
    machine.start(environment, newer);
    machine.stop(environment, instance);
    assertThat(machine.workspace(environment, old)).doesNotExist();
    assertThat(machine.workspace(environment, newer)).exists();
  }

  @Test
  void anOldVersionsFolderGoesAlsoWhenTheNewOneStartsFromSleep() {
    var environment = Machine.key();
    var old = program("echo ready; sleep 1000");
    machine.stop(environment, machine.ready(environment, old));
    var newer = program("echo ready; sleep 1000", "bye\n");
    machine.start(environment, newer);
    assertThat(machine.workspace(environment, old)).doesNotExist();
    assertThat(machine.workspace(environment, newer)).exists();
  }

  @Test
  void aCopyHasReadOnlyFoldersLinksAndModesButNoPipes() throws Exception {
    var from = Files.createDirectories(temporary.resolve("from"));
    var closed = Files.createDirectories(from.resolve("module/closed"));
    Files.writeString(closed.resolve("a b"), "text");
    Files.createSymbolicLink(from.resolve("link"), Path.of("nowhere"));
    Files.createSymbolicLink(from.resolve("folder"), Path.of("module"));
    var tool = Files.writeString(from.resolve("tool"), "#!/bin/sh");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-x---"));
    assertThat(new ProcessBuilder("mkfifo", from + "/pipe").start().waitFor()).isZero();
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));

    var to = temporary.resolve("to/copy");
    Folders.copy(from, to);
    assertThat(to.resolve("module/closed/a b")).hasContent("text");
    assertThat(mode(to.resolve("module/closed"))).isEqualTo("r-xr-xr-x");
    assertThat(mode(to.resolve("tool"))).isEqualTo("rwxr-x---");
    assertThat(Files.readSymbolicLink(to.resolve("link"))).isEqualTo(Path.of("nowhere"));
    assertThat(Files.readSymbolicLink(to.resolve("folder"))).isEqualTo(Path.of("module"));
    assertThat(to.resolve("pipe")).doesNotExist();
    assertThat(Folders.size(to)).isPositive();

    Folders.delete(from);
    Folders.delete(to);
    Folders.delete(to);
    assertThat(from).doesNotExist();
    assertThat(to.getParent()).isEmptyDirectory();
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void deletingALinkLeavesWhatItLeadsTo() throws IOException {
    var kept =
        Files.writeString(Files.createDirectories(temporary.resolve("kept")).resolve("a"), "");
    var gone = Files.createDirectories(temporary.resolve("gone"));
    Files.createSymbolicLink(gone.resolve("link"), kept.getParent());
    Folders.delete(gone);
    assertThat(gone).doesNotExist();
    assertThat(kept).exists();
  }
}
