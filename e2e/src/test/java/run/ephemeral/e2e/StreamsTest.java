package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.testkit.Plane;

/// Clients of streams: many, some that never read, some that disconnect.
class StreamsTest {
  private static final String NAME = "pages";
  private static final String BASE = "/api/v1/environments/" + NAME;

  @TempDir static Path folder;
  static Plane plane;

  @BeforeAll
  static void start() throws Exception {
    plane = new Plane(folder.resolve("home"));
    plane.start();
    var pages = Files.createDirectory(folder.resolve("pages"));
    Files.writeString(
        pages.resolve("ephemeral.yaml"),
        """
        app: pages
        services:
          site:
            run: exec $JAVA_HOME/bin/jwebserver -b 127.0.0.1 -p $PORT
            public: true
        data:
          db: { postgres: 18 }
        """);
    GitFolder.of(pages);
    var body = "{\"directory\":\"%s\",\"name\":\"%s\"}".formatted(pages, NAME);
    assertThat(plane.ask("POST", "/environments", body).statusCode()).isEqualTo(202);
    plane.awaitPhase(NAME, "ready");
  }

  @AfterAll
  static void end() {
    plane.close();
  }

  private static RawClient exec(String... command) {
    var body = "{\"command\":[\"" + String.join("\",\"", command) + "\"]}";
    return new RawClient(plane)
        .request(
            "POST " + BASE + "/exec",
            "Content-Type: application/json",
            "Content-Length: " + body.length())
        .text(body);
  }

  private static RawClient follow(String path) {
    return new RawClient(plane).request("GET " + path);
  }

  /// The number of running processes of `exec` commands.
  private static long running(String program) {
    return Processes.all().stream()
        .filter(process -> process.line().startsWith(program + "\0"))
        .filter(process -> process.cwd().startsWith(plane.home))
        .count();
  }

  private static void assertNothingIsLeft() {
    eventually("no command runs", () -> running("sleep") + running("yes") == 0);
    eventually("no notes are left", () -> isEmpty(plane.home.resolve("scratch")));
    eventually("no stream is left", () -> !threads().contains("server.api."));
  }

  @Test
  void aConnectionToAForwardedPortWakesItsEnvironmentAndEndsWithItsClient() throws Exception {
    assertThat(plane.cli("sleep", NAME, "--wait").code()).isZero();
    try (var forward = new Forward(plane, NAME, "site")) {
      assertThat(forward.get().statusCode()).isEqualTo(200);
      assertThat(plane.environment(NAME).path("phase").asText()).isEqualTo("ready");
    }
    assertNothingIsLeft();
  }

  private static boolean isEmpty(Path scratch) {
    try (var files = Files.list(scratch)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// A dump of all threads of the control plane, including virtual ones.
  private static String threads() {
    var dump = folder.resolve("threads");
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var pid = Long.toString(plane.pid());
    try {
      var process =
          new ProcessBuilder(jcmd, pid, "Thread.dump_to_file", "-overwrite", dump.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(process.waitFor()).isZero();
      return Files.readString(dump);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aCommandThatLeavesSomethingRunningEndsAndTakesThatWithIt() throws Exception {
    var said = plane.cli("exec", NAME, "--", "sh", "-c", "sleep 1000 & echo said; exit 7");
    assertThat(said.out()).isEqualTo("said\n");
    assertThat(said.code()).isEqualTo(7);
    assertNothingIsLeft();
  }

  @Test
  void aCommandEndsWithItsClient() {
    try (var client = exec("sh", "-c", "sleep 1000 & sleep 1000")) {
      assertThat(client.answer()).startsWith("HTTP/1.1 200");
      eventually("it runs", () -> running("sleep") == 2);
    }
    assertNothingIsLeft();
  }

  @Test
  void clientsThatNeverReadAreCutOffAndHarmNobody() throws Exception {
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < 10; i++) {
      clients.add(exec("yes", "a line that nobody ever reads"));
    }
    eventually("they run", () -> running("yes") == 10);
    eventually("they are not read", () -> threads().contains("EventStream.write"));
    assertThat(plane.cli("exec", NAME, "--", "echo", "x").out()).isEqualTo("x\n");
    eventually(
        "all are cut off",
        () -> {
          assertThat(plane.get("/status").has("version")).isTrue();
          assertThat(plane.page(NAME).statusCode()).isEqualTo(200);
          return running("yes") == 0;
        });
    assertNothingIsLeft();
    clients.forEach(RawClient::close);
  }

  @Test
  void soManyFollowAtOnceAndTheNextIsToldWhatToDo() {
    var most = Limits.DEFAULT.streams();
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < most; i++) {
      clients.add(follow(i % 2 == 0 ? "/api/v1/stream" : BASE + "/logs/stream"));
      assertThat(clients.getLast().answer()).startsWith("HTTP/1.1 200");
    }
    var sentence = most + " clients follow something already, which is the most; end a `logs -f`";
    for (var path : List.of("/api/v1/stream", BASE + "/logs/stream")) {
      try (var client = follow(path)) {
        assertThat(client.answer()).startsWith("HTTP/1.1 429").contains(sentence);
      }
    }
    assertThat(plane.ask("POST", "/environments/" + NAME + "/exec", "{\"command\":[\"true\"]}"))
        .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(429));
    assertThat(plane.get("/environments")).hasSize(1);
    clients.removeLast().close();
    eventually("another may follow", () -> isAccepted("/api/v1/stream"));
    clients.forEach(RawClient::close);
    assertNothingIsLeft();
  }

  private static boolean isAccepted(String path) {
    try (var client = follow(path)) {
      return client.answer().startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void soManyCommandsRunAtOnceAndTheNextIsRefused() {
    var clients =
        IntStream.range(0, Limits.DEFAULT.executions())
            .mapToObj(i -> exec("sleep", "1000"))
            .toList();
    clients.forEach(client -> assertThat(client.answer()).startsWith("HTTP/1.1 200"));
    var answer = plane.ask("POST", "/environments/" + NAME + "/exec", "{\"command\":[\"true\"]}");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.body()).contains("20 commands of `ephemeral exec` run already");
    clients.forEach(RawClient::close);
    assertNothingIsLeft();
  }

  @Test
  void whoIsFarBehindIsGivenAllEventsWithoutWaitingForNews() throws Exception {
    var database = plane.get("/environments/" + NAME + "/databases").get(0);
    var password = Files.readString(plane.home.resolve("postgres/password"));
    var url =
        "postgresql://%s:%s@127.0.0.1:%d/postgres"
            .formatted("ephemeral", password, database.get("port").asInt());
    var last = PostgresProbe.number(url, "SELECT max(id) FROM event");
    PostgresProbe.execute(
        url,
        "INSERT INTO event (environment, level, step, text)"
            + " SELECT 'far-behind', 'INFO', 'note', 'many' FROM generate_series(1, 12000)");
    try {
      var uri = "/stream?environment=far-behind&after=" + last;
      assertThat(read(uri, "event: ?event", 12_000)).isEqualTo(12_000);
    } finally {
      PostgresProbe.execute(url, "DELETE FROM event WHERE environment = 'far-behind'");
    }
  }

  /// Counts lines of a stream that match, waiting for at most `most`.
  private static long read(String path, String pattern, int most) throws Exception {
    var http = HttpClient.newHttpClient();
    var request = HttpRequest.newBuilder(URI.create(plane.api() + path)).build();
    var reading =
        new FutureTask<>(
            () -> {
              try (var lines = http.send(request, BodyHandlers.ofLines()).body()) {
                return lines.filter(line -> line.matches(pattern)).limit(most).count();
              }
            });
    Thread.startVirtualThread(reading);
    try {
      return reading.get(60, TimeUnit.SECONDS);
    } finally {
      http.shutdownNow();
    }
  }

  @Test
  void whoFollowsALogIsGivenWhatIsWrittenLater() throws Exception {
    var asking = new AtomicBoolean(true);
    var visitor =
        Thread.startVirtualThread(
            () -> {
              while (asking.get()) {
                plane.page(NAME);
              }
            });
    var path = "/environments/" + NAME + "/logs/stream?source=run&tail=0";
    try {
      assertThat(read(path, "data:.*GET /.* 200 .*", 50)).isEqualTo(50);
    } finally {
      asking.set(false);
      visitor.join();
    }
  }
}
