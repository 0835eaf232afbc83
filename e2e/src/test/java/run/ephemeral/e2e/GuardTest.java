package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Plane;

/// Which requests the API refuses, and how it answers invalid ones.
class GuardTest {
  @TempDir static Path folder;
  static Plane plane;

  @BeforeAll
  static void start() throws IOException {
    plane = new Plane(folder.resolve("home"));
    plane.start();
  }

  @AfterAll
  static void end() {
    plane.close();
  }

  @Test
  void programsOfThisMachineAreLetIn() {
    check(200, request("/status"));
    check(200, request("/status").header("Host", "localhost:" + port()));
    check(200, request("/status").header("Origin", "http://127.0.0.1:" + port()));
  }

  @Test
  void pagesOfOthersAreNot() {
    check(403, request("/status").header("Host", "evil.example:" + port()));
    check(403, request("/status").header("Host", "pr-shop-1.localhost:" + port()));
    check(403, request("/status").header("Host", "localhost:1"));
    check(403, request("/status").header("Origin", "http://evil.example"));
    check(403, request("/status").header("Origin", "null"));
    check(403, request("/status").header("Origin", "http://pr-shop-1.localhost:8080"));
    check(403, request("/status").header("Sec-Fetch-Site", "cross-site"));
    check(403, request("/status").header("Sec-Fetch-Site", "same-site"));
    check(403, request("/openapi").header("Host", "evil.example:" + port()));
  }

  @Test
  void nonsenseIsAnsweredWithAProblemThatSaysWhatIsWrong() {
    problem(404, "no environment `pr-shop-9`", request("/environments/pr-shop-9"));
    problem(404, "no environment", request("/environments/..%2F..%2Fetc"));
    problem(404, "nothing at this address", request("/nonsense"));
    problem(400, "no JSON", post("/validate", "{"));
    problem(400, "lacks `source`", post("/apps", "{}"));
    problem(400, "lacks a body", post("/environments", "null"));
    problem(400, "neither a folder", post("/apps", "{\"source\":\"/no/such/folder\"}"));
    problem(400, "is not a folder", post("/environments", "{\"directory\":\"relative\"}"));
    problem(
        422, "`fly` is not a command", post("/environments/x/commands", "{\"command\":\"fly\"}"));
    problem(
        413,
        "at most 1048576 are read",
        post("/validate", "{\"text\":\"" + "x".repeat(2_000_000) + "\"}"));
  }

  @Test
  void aFileIsValidatedWithPlacesAndTheNearestRightWord() {
    var answer = plane.send(post("/validate", "{\"text\":\"app: shop\\nservces: {}\\n\"}").build());
    assertThat(answer.statusCode()).isEqualTo(200);
    var problems = Plane.json(answer.body()).get("problems");
    assertThat(problems)
        .anySatisfy(
            problem -> {
              assertThat(problem.get("line").asInt()).isEqualTo(2);
              assertThat(problem.get("message").asText()).contains("Did you mean `services`?");
            });
  }

  @Test
  void onAnAddressThatOthersReachItDoesNotStartWithoutAToken() throws Exception {
    assertThat(
            startFault(
                2, "-Dephemeral.home=" + folder.resolve("open"), "-Dephemeral.listen=0.0.0.0:0"))
        .contains("error: 0.0.0.0 can be reached by others: set EPHEMERAL_TOKEN");
  }

  @Test
  void twoControlPlanesDoNotShareAFolder() throws Exception {
    assertThat(startFault(5, "-Dephemeral.home=" + plane.home))
        .contains("error: a control plane runs on");
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    assertThat(
            startFault(
                5,
                "-Dephemeral.home=" + folder.resolve("taken"),
                "-Dephemeral.listen=127.0.0.1:" + port()))
        .contains("error: port " + port() + " is taken");
  }

  @Test
  void theHostThatItWasToldToListenOnIsOneOfItsNamesAndNoOther() throws Exception {
    for (var host : List.of("127.0.0.2", "[::1]", InetAddress.getLocalHost().getHostName())) {
      if (!canListenOn(host)) {
        continue;
      }
      try (var other = new Plane(Files.createTempDirectory(folder, "other-"))) {
        other.start("-Dephemeral.listen=" + host + ":0");
        var api = URI.create(other.api());
        assertThat(api.getHost()).isEqualTo(host);
        assertThat(other.cli("status").code()).as(host).isZero();
        assertThat(status(other, host + ":" + api.getPort())).isEqualTo(200);
        assertThat(status(other, "localhost:" + api.getPort())).isEqualTo(200);
        assertThat(status(other, "127.0.0.3:" + api.getPort())).isEqualTo(403);
        assertThat(status(other, "evil.example:" + api.getPort())).isEqualTo(403);
      }
    }
  }

  private static boolean canListenOn(String host) {
    try (var socket = new ServerSocket()) {
      var address = InetAddress.getByName(host);
      socket.bind(new InetSocketAddress(address, 0));
      return address.isLoopbackAddress();
    } catch (IOException e) {
      return false;
    }
  }

  private static int status(Plane plane, String host) {
    var url = URI.create(plane.api() + "/status");
    return plane.send(HttpRequest.newBuilder(url).header("Host", host).build()).statusCode();
  }

  private static String startFault(int code, String... options)
      throws IOException, InterruptedException {
    var command = new java.util.ArrayList<>(List.of(Plane.java()));
    command.addAll(List.of(options));
    command.add("-jar");
    command.add(Plane.ROOT.resolve("server/target/quarkus-app/quarkus-run.jar").toString());
    var out = Files.createTempFile("start-", ".out");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("EPHEMERAL_TOKEN");
    var process = builder.redirectOutput(out.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(code);
    var said = Files.readString(out);
    Files.delete(out);
    return said;
  }

  private static int port() {
    return URI.create(plane.api()).getPort();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(plane.api() + path));
  }

  private static HttpRequest.Builder post(String path, String body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static void check(int status, HttpRequest.Builder request) {
    var answer = plane.send(request.build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }

  private static void problem(int status, String detail, HttpRequest.Builder request) {
    var answer = plane.send(request.build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    if (!detail.isEmpty()) {
      assertThat(answer.headers().firstValue("Content-Type").orElse(""))
          .contains("application/problem+json");
      assertThat(answer.body()).contains(detail);
    }
  }
}
