package run.ephemeral.cli;

import static java.lang.ProcessBuilder.Redirect.DISCARD;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.cli.local.Home;
import run.ephemeral.cli.local.Pid;

/// Starts and stops real processes.
class LaunchTest {
  @TempDir Path folder;
  private Path home;
  private Shell shell;

  @BeforeEach
  void begin() throws IOException {
    home = folder.resolve("home");
    shell = new Shell(folder);
    shell.environment.put("PATH", System.getenv("PATH"));
    shell.properties.put("ephemeral.server.jar", jar().toString());
    Files.writeString(folder.resolve("ephemeral.yaml"), "app: shop\n");
  }

  @AfterEach
  void end() {
    new Home(home)
        .server()
        .flatMap(file -> ProcessHandle.of(file.pid()))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  /// A jar that contains only a manifest with the class path.
  private Path jar() throws IOException {
    var path = folder.resolve("server.jar");
    var manifest = new Manifest();
    var classes =
        Stream.of(System.getProperty("java.class.path").split(":", -1))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" "));
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeServerMain.class.getName());
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classes);
    try (var out = Files.newOutputStream(path);
        var jar = new JarOutputStream(out, manifest)) {
      jar.finish();
    }
    return path;
  }

  @Test
  void startsOneWhenNoneRunsAndDownStopsIt() throws IOException {
    var started = shell.call("run", "--no-wait", "--listen", "127.0.0.1:7171");
    assertThat(started.err()).contains("Starting the control plane (its log: " + home);
    assertThat(started.err()).doesNotContain("is taken");
    assertThat(home.resolve("server.log")).hasContent("keeps " + home.resolve("server.log"));
    assertThat(shell.call("status").out()).contains("127.0.0.1:7171 null");
    var pid = new Home(home).server().orElseThrow().pid();
    assertThat(shell.call("server").err())
        .contains("a control plane runs already")
        .contains("" + pid);

    assertThat(shell.call("down"))
        .isEqualTo(
            new Shell.Said(
                0,
                """
                Stopped the control plane (pid %d) and 3 environments.
                Data is kept in %s; ephemeral demo, ephemeral run and ephemeral server \
                pick up where they were.
                """
                    .formatted(pid, home),
                "Stopping the control plane and what it runs.\n"));
    assertThat(Pid.isRunning(pid)).isFalse();
    assertThat(home.resolve("shutdown")).hasContent("{\"purge\":false,\"keepRunning\":false}");
    assertThat(shell.call("down"))
        .isEqualTo(
            new Shell.Said(0, "No control plane runs on this machine: nothing to stop.\n", ""));
  }

  @Test
  void theHomeFolderIsWhereTheShellSaysAndItsOwnersOnly() throws IOException {
    var users = folder.resolve("users");
    shell.environment.remove("EPHEMERAL_HOME");
    shell.environment.put("HOME", users.toString());
    var started = shell.call("run", "--no-wait", "--listen", "127.0.0.1:0");
    assertThat(started.err()).contains("its log: " + users.resolve(".ephemeral/server.log"));
    assertThat(Files.getPosixFilePermissions(users.resolve(".ephemeral")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(shell.call("down").out()).contains("Data is kept in ~/.ephemeral;");
  }

  @Test
  void interruptingADemoStopsWhatItStarted() throws IOException {
    var call = shell.begin("demo", "--listen", "127.0.0.1:0");
    // The first watch is of the start.
    Waiting.until(() -> shell.watches.get() == 2);
    shell.interrupt();
    assertThat(call.end())
        .isEqualTo(
            new Shell.Said(
                0,
                """

                Stopping everything. Data is kept; ephemeral demo picks up where it was.
                Stopped.
                """,
                "Starting the control plane (its log: %s)\n"
                    .formatted(home.resolve("server.log"))));
    assertThat(home.resolve("shutdown")).hasContent("{\"purge\":false,\"keepRunning\":false}");
  }

  @Test
  void interruptingTheStartStopsIt() throws IOException {
    shell.environment.put("FAKE_SLOW", "1");
    var call = shell.begin("demo", "--listen", "127.0.0.1:0");
    Waiting.until(() -> !shell.interrupts.isEmpty());
    shell.interrupt();
    var said = call.end();
    assertThat(said.err()).contains("Stopping the control plane, which had not started yet.");
    assertThat(said.code()).isNotZero();
    assertThat(home.resolve("server.json")).doesNotExist();
  }

  @Test
  void purgeOfADeadOneStartsItSoThatItCleansUpAfterItself() throws IOException {
    Files.createDirectories(home.resolve("postgres"));
    Files.writeString(
        home.resolve("server.json"),
        "{\"pid\": 4194399, \"api\": \"http://127.0.0.1:1\", \"gateway\": \"\"}");
    assertThat(shell.call("down", "--purge").code()).isEqualTo(2);
    assertThat(shell.typing("n\n").call("down", "--purge").code()).isEqualTo(1);
    assertThat(home.resolve("shutdown")).doesNotExist();

    assertThat(shell.typing("y\n").call("down", "--purge").out())
        .isEqualTo("Forgot the data in %s.\n".formatted(home));
    assertThat(home.resolve("shutdown")).hasContent("{\"purge\":true,\"keepRunning\":false}");
  }

  @Test
  void purgeAfterACleanStopDeletesTheFilesAndStartsNothing() throws IOException {
    shell.properties.remove("ephemeral.server.jar");
    var elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("mine"), "");
    Files.createDirectories(home.resolve("postgres/18"));
    Files.writeString(home.resolve("postgres/18/data"), "");
    Files.writeString(home.resolve("lock"), "");
    Files.createSymbolicLink(home.resolve("link"), elsewhere);
    assertThat(shell.call("down", "--purge", "--yes"))
        .isEqualTo(new Shell.Said(0, "Forgot the data in %s.\n".formatted(home), ""));
    assertThat(home).isDirectoryNotContaining(file -> !file.endsWith("lock"));
    assertThat(elsewhere.resolve("mine")).exists();
    assertThat(shell.call("down", "--purge"))
        .isEqualTo(new Shell.Said(0, "There is nothing to forget.\n", ""));
  }

  @Test
  void purgeLeavesAFolderAloneThatIsNotOurs() throws IOException {
    Files.createDirectories(home.resolve("holiday-pictures"));
    var said = shell.call("down", "--purge", "--yes");
    assertThat(said.code()).isEqualTo(5);
    assertThat(said.err()).contains("does not look like a home of ephemeral");
  }

  /// A control plane that somebody else starts.
  private void another() throws IOException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-Dephemeral.home=" + home,
            "-jar",
            jar().toString());
    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(DISCARD).start();
  }

  private FileChannel lock() throws IOException {
    Files.createDirectories(home);
    var channel = FileChannel.open(home.resolve("lock"), CREATE, WRITE);
    assertThat(channel.lock().isValid()).isTrue();
    return channel;
  }

  @Test
  void oneThatAnotherCommandStartsIsWaitedForAndUsed() throws IOException {
    try (var _ = lock()) {
      var call = shell.begin("run", "--no-wait");
      Waiting.until(() -> call.err().contains("Waiting for a control plane that starts or stops"));
      another();
      assertThat(call.end().err()).doesNotContain("Starting the control plane");
      assertThat(call.end().out()).startsWith("Asked for ");
    }
  }

  @Test
  void oneThatStopsIsWaitedForAndAnotherStarted() throws IOException {
    Shell.Call call;
    try (var _ = lock()) {
      call = shell.begin("run", "--no-wait");
      Waiting.until(() -> call.err().contains("Waiting for a control plane that starts or stops"));
    }
    assertThat(call.end().err()).contains("Starting the control plane");
    assertThat(call.end().out()).startsWith("Asked for ");
  }

  @Test
  void ofTwoThatStartAtOnceTheOneThatServesIsUsedAndTheOtherEnded() throws IOException {
    shell.environment.put("FAKE_LOCKED", "yes");
    var call = shell.begin("run", "--no-wait");
    Waiting.until(() -> Files.exists(home.resolve("waits")) || !call.isAlive());
    another();
    assertThat(call.end().err()).doesNotContain("error");
    var waiting = Long.parseLong(Files.readString(home.resolve("waits")));
    Waiting.until(() -> !Pid.isRunning(waiting));
  }

  @Test
  void aPortThatWasTakenIsSaid() {
    shell.environment.put("FAKE_GATEWAY", "http://localhost:8081");
    assertThat(shell.call("run", "--no-wait", "--listen", "127.0.0.1:0").err())
        .endsWith("\nPort 8080 is taken, so visitors use 8081.\n");
  }

  @Test
  void aPortThatIsRememberedIsNotSaidToBeTaken() throws IOException {
    Files.createDirectories(home);
    Files.writeString(home.resolve("ports"), "api=7373\ngateway=8081\n");
    shell.environment.put("FAKE_GATEWAY", "http://localhost:8081");
    assertThat(shell.call("run", "--no-wait", "--listen", "127.0.0.1:0").err())
        .endsWith("\nAs before, visitors use port 8081 (8080 is the usual one).\n");
    assertThat(shell.call("down").code()).isZero();
    shell.environment.put("FAKE_GATEWAY", "http://localhost:8082");
    assertThat(shell.call("run", "--no-wait", "--listen", "127.0.0.1:0").err())
        .endsWith("\nPort 8081 is taken, so visitors use 8082.\n");
  }

  @Test
  void anExpectedFailureIsSaidInOneSentence() {
    shell.environment.put("FAKE_FAULT", "port 7070 is taken by another program");
    var said = shell.call("run");
    assertThat(said.code()).isEqualTo(4);
    assertThat(said.err())
        .isEqualTo(
            """
            Starting the control plane (its log: %s)
            error: port 7070 is taken by another program
              → see what there is: ephemeral doctor
            """
                .formatted(home.resolve("server.log")));
  }

  @Test
  void anUnexpectedEndShowsItsLastWords() {
    shell.environment.put("FAKE_CRASH", "yes");
    assertThat(shell.call("run").err())
        .endsWith(
            """
            error: the control plane ended with code 7 before it could answer; its last words:
                first
                second
              → the whole log: %s
            """
                .formatted(home.resolve("server.log")));
  }

  @Test
  void withoutAJarItSaysWhereToGetOne() {
    shell.properties.remove("ephemeral.server.jar");
    var said = shell.call("validate", folder.toString());
    assertThat(said.code()).isEqualTo(4);
    assertThat(said.err()).contains("does not know where its jar is");
  }
}
