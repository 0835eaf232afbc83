package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static run.ephemeral.testkit.Eventually.eventually;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Plane;

/// Ten environments attack the control plane and ten others, while the control plane is killed now
/// and then. The others answer every request with their own page, except while the control plane
/// is down, and at the end nothing is left over or lost.
///
/// `-Dhostile.seconds=` sets the duration.
class HostileRunTest {
  private static final int SECONDS = Integer.getInteger("hostile.seconds", 300);
  private static final int BETWEEN_KILLS_SECONDS = 45;
  private static final List<String> MODES =
      List.of(
          "files", "loop", "flood", "idle", "hang", "stream", "early", "nonsense", "log", "crash");
  private static final List<String> GOOD =
      IntStream.rangeClosed(1, 10).mapToObj(number -> "good-" + number).toList();

  @TempDir Path folder;
  private Plane plane;

  @AfterEach
  void end() {
    plane.close();
  }

  @Test
  @Tag("long")
  void tenThatTryEverythingHarmNoneOfTenOthers() throws Exception {
    assumeTrue(Processes.canBeRead());
    plane = new Plane(Files.createDirectories(folder.resolve("home")).toRealPath());
    plane.start();
    for (var name : GOOD) {
      begin(name, "Tick", "GOOD");
    }
    GOOD.forEach(name -> plane.awaitPhase(name, "ready"));
    for (var mode : MODES) {
      begin("bad-" + mode, "Rogue", mode);
    }
    try (var visitor = new StubbornVisitor(plane.gatewayPort(), GOOD)) {
      visit(visitor);
      assertThat(visitor.end()).as("of %d requests", visitor.requests()).isEmpty();
      System.out.printf(
          "hostile seconds %d requests %d wrong 0 failed 0 excused %d%n",
          SECONDS, visitor.requests(), visitor.excused());
    }
    for (var mode : MODES) {
      assertThat(plane.ask("DELETE", "/environments/bad-" + mode, "").statusCode()).isEqualTo(202);
    }
    eventually("only the good are left", () -> plane.get("/environments").size() == GOOD.size());
    GOOD.forEach(name -> plane.awaitPhase(name, "ready"));
    eventually(
        "nothing is left or lost: " + plane.get("/doctor"),
        () -> plane.get("/doctor").toString().contains("everything that should be there is"));
  }

  private void begin(String name, String program, String mode)
      throws IOException, InterruptedException {
    var source = Files.createDirectories(folder.resolve(name));
    var spec =
        """
        app: %s
        services:
          web:
            run: >-
              exec $JAVA_HOME/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m -cp .
              run.ephemeral.e2e.%s
            public: true
            health: /
            env: { MODE: %s, SELF: "${env.url}" }
        """
            .formatted(name, program, mode);
    Files.writeString(source.resolve("ephemeral.yaml"), spec);
    Files.writeString(source.resolve("built"), name);
    var classes = Files.createDirectories(source.resolve("run/ephemeral/e2e"));
    try (var bytes = HostileRunTest.class.getResourceAsStream(program + ".class")) {
      Files.write(classes.resolve(program + ".class"), bytes.readAllBytes());
    }
    GitFolder.of(source);
    var body = "{\"directory\":\"%s\",\"name\":\"%s\"}".formatted(source, name);
    var answer = plane.ask("POST", "/environments", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
  }

  /// This test is about moments in time, so it sleeps.
  private void visit(StubbornVisitor visitor) throws Exception {
    var end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    while (System.nanoTime() < end) {
      var deaf = deafReaders();
      var left = Duration.ofNanos(end - System.nanoTime()).toSeconds();
      Thread.sleep(Duration.ofSeconds(Math.clamp(left, 1, BETWEEN_KILLS_SECONDS)));
      if (left > BETWEEN_KILLS_SECONDS) {
        visitor.excuse(
            () -> {
              plane.kill();
              plane.start();
              return plane.gatewayPort();
            });
      }
      for (var reader : deaf) {
        reader.close();
      }
    }
  }

  /// Opens streams and never reads them.
  private List<Socket> deafReaders() throws IOException {
    var readers = new ArrayList<Socket>();
    var api = URI.create(plane.api());
    for (int i = 0; i < 40; i++) {
      var path = i % 2 == 0 ? "/stream" : "/environments/bad-log/logs/stream";
      var socket = new Socket(InetAddress.getLoopbackAddress(), api.getPort());
      var head = "GET " + api.getPath() + path + " HTTP/1.1\r\nHost: " + api.getAuthority();
      socket.getOutputStream().write((head + "\r\n\r\n").getBytes(US_ASCII));
      readers.add(socket);
    }
    return readers;
  }
}
