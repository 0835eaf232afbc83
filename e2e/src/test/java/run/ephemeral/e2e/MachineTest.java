package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static run.ephemeral.testkit.Eventually.eventually;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Plane;

/// Problems of the machine while a control plane starts or runs, as one story: each time it says
/// what is wrong, does not affect what still works, and recovers when the cause is gone.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MachineTest {
  private static final String SPEC =
      """
      app: pages
      services:
        site:
          run: $JAVA_HOME/bin/jwebserver -b 127.0.0.1 -p $PORT -d "$PWD"
          public: true
      """;
  private static final String SHARED = "error: a control plane runs on ";

  @TempDir static Path folder;
  static Plane plane;

  @BeforeAll
  static void prepare() throws IOException {
    plane = new Plane(folder.resolve("home"));
    Files.createDirectories(plane.home);
  }

  @AfterAll
  static void end() {
    plane.close();
  }

  /// One start of the packaged server, and its output.
  private record Start(Process process, Path out) {
    static Start of(Path home, String... options) throws IOException {
      var command = new ArrayList<>(List.of(Plane.java(), Plane.JVM));
      command.add("-Dephemeral.home=" + home);
      command.addAll(List.of(options));
      command.add("-jar");
      command.add(Plane.ROOT.resolve("server/target/quarkus-app/quarkus-run.jar").toString());
      var out = Files.createTempFile(folder, "start-", ".out");
      return new Start(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start(),
          out);
    }

    /// As [Exit] of the command line numbers the reasons.
    String fails(int code) throws IOException, InterruptedException {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(out)).isEqualTo(code);
      return Files.readString(out);
    }
  }

  private static Optional<Integer> chosen(String port) {
    var ports = new Properties();
    try (var in = Files.newBufferedReader(plane.home.resolve("ports"))) {
      ports.load(in);
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.ofNullable(ports.getProperty(port)).map(Integer::valueOf);
  }

  private static ServerSocket take(int port) throws IOException {
    return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
  }

  private static void stop() {
    var process = ProcessHandle.of(plane.pid()).orElseThrow();
    process.destroy();
    process.onExit().join();
  }

  private static long site() {
    return plane.pid("pages", "site").orElseThrow();
  }

  private static String log() throws IOException {
    return Files.readString(plane.home.resolve("server.log"));
  }

  @Test
  @Order(1)
  void aStartThatFailsSaysWhyAndPutsDownWhatItStarted() throws Exception {
    for (var port : List.of("api", "gateway")) {
      Files.deleteIfExists(plane.home.resolve("ports"));
      var start =
          Start.of(plane.home, "-Dephemeral.listen=127.0.0.1:0", "-Dephemeral.gateway.port=0");
      var number = Eventually.value("the ports are chosen", () -> chosen(port));
      try (var _ = take(number)) {
        assertThat(start.fails(5))
            .containsPattern("error: .*" + number + ".* (in use|already bound|bind)");
      }
      assertThat(plane.processes()).isEmpty();
    }
  }

  @Test
  @Order(2)
  void ofTwoThatStartAtOnceOneServesAndTheOtherSaysSo() throws Exception {
    var one = Start.of(plane.home);
    var other = Start.of(plane.home);
    eventually("one serves", plane::answers);
    var loser = plane.pid() == one.process().pid() ? other : one;
    assertThat(loser.fails(5)).contains(SHARED);
    run();
    var site = site();
    assertThat(Start.of(plane.home).fails(5)).contains(SHARED);
    var link = Files.createSymbolicLink(folder.resolve("link"), plane.home);
    assertThat(Start.of(link).fails(5)).contains(SHARED);
    assertThat(plane.page("pages").body()).isEqualTo("one");
    assertThat(site()).isEqualTo(site);
  }

  private static void run() throws IOException, InterruptedException {
    var pages = Files.createDirectory(folder.resolve("pages"));
    Files.writeString(pages.resolve("ephemeral.yaml"), SPEC);
    Files.writeString(pages.resolve("index.html"), "one");
    GitFolder.of(pages);
    var body = "{\"directory\":\"%s\",\"name\":\"pages\"}".formatted(pages);
    assertThat(post("/environments", body)).isEqualTo(202);
    plane.awaitPhase("pages", "ready");
  }

  private static int post(String path, String body) {
    return plane.ask("POST", path, body).statusCode();
  }

  @Test
  @Order(3)
  void whoStartsWhileAnotherGoesDownIsRefusedOrServes() throws Exception {
    assertThat(post("/shutdown", "{\"purge\":false,\"keepRunning\":false}")).isLessThan(300);
    eventually(
        "another serves",
        () -> {
          try {
            var start = Start.of(plane.home);
            eventually("it ended or serves", () -> serves(start) || !start.process().isAlive());
            return serves(start) || !start.fails(5).contains(SHARED);
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    assertThat(plane.answers()).isTrue();
    plane.awaitPhase("pages", "ready");
    assertThat(plane.page("pages").body()).isEqualTo("one");
  }

  /// Whether this start serves; sends no request to an earlier one that still shuts down.
  private static boolean serves(Start start) {
    var pid = plane.serverFile().map(file -> file.get("pid").asLong());
    return pid.equals(Optional.of(start.process().pid())) && plane.answers();
  }

  @Test
  @Order(4)
  void aPortThatAStrangerTookMeanwhileIsNamedAndAnotherServes() throws Exception {
    stop();
    var port = chosen("gateway").orElseThrow();
    try (var _ = take(port)) {
      plane.start();
      assertThat(plane.gatewayPort()).isNotEqualTo(port);
      assertThat(log()).contains("port " + port + " is in use by another program; the gateway");
      plane.awaitPhase("pages", "ready");
      assertThat(plane.page("pages").body()).isEqualTo("one");
    }
  }

  @Test
  @Order(5)
  void withoutFilesToOpenItWaitsAndEnvironmentsServeOn() throws Exception {
    assumeTrue(ran("prlimit", "--version"), "prlimit is not installed");
    var site = site();
    var visitors = new ArrayList<Socket>();
    limit(open());
    try {
      for (int i = 0; i < 20; i++) {
        visitors.add(new Socket(InetAddress.getLoopbackAddress(), plane.gatewayPort()));
      }
      eventually("it is said", () -> text().contains("Too many open files"));
      assertThat(ProcessHandle.of(site)).isPresent();
    } finally {
      limit(4096);
      for (var visitor : visitors) {
        visitor.close();
      }
    }
    eventually("visitors are served", () -> plane.page("pages").statusCode() == 200);
    assertThat(site()).isEqualTo(site);
    assertThat(plane.get("/doctor").toString()).contains("everything that should be there is");
  }

  private static String text() {
    try {
      return log();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static long open() throws IOException {
    try (var files = Files.list(Path.of("/proc/" + plane.pid() + "/fd"))) {
      return files.count();
    }
  }

  private static void limit(long files) throws IOException, InterruptedException {
    var pid = Long.toString(plane.pid());
    assertThat(ran("prlimit", "--pid", pid, "--nofile=" + files + ":")).isTrue();
  }

  private static boolean ran(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  @Order(6)
  void whereTooFewFilesMayBeOpenedNothingIsStarted() throws Exception {
    var command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 200; exec \"$@\"", "sh"));
    command.addAll(Plane.commandLine());
    command.add("server");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("EPHEMERAL_HOME", folder.resolve("few").toString());
    var process = builder.start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isNotZero();
    assertThat(said).contains("may open 200 files here", "ulimit -n 4096");
  }

  @Test
  @Order(7)
  void aHomeThatIsNoneIsRefused() throws Exception {
    var file = Files.createFile(folder.resolve("file"));
    assertThat(Start.of(file).fails(1)).contains("error: " + file, "it is no folder");
    var disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(ran("mount", "-t", "tmpfs", "-o", "ro", "none", disk.toString()), "no mounts here");
    try {
      assertThat(Start.of(disk).fails(1)).contains("error: " + disk, "it cannot be written to");
    } finally {
      assertThat(ran("umount", disk.toString())).isTrue();
    }
  }
}
