package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Plane;

/// Many concurrent, contradictory requests to one environment or app. Every answer is a documented
/// one, the last command wins, and nothing is left over.
class ContradictionTest {
  private static final int CALLERS = 50;
  private static final String SPEC =
      """
      app: pages
      services:
        site: { run: '$JAVA_HOME/bin/jwebserver -b 127.0.0.1 -p $PORT -d "$PWD"', public: true }
      """;

  @TempDir static Path folder;
  static Plane plane;
  static Path pages;

  @BeforeAll
  static void start() throws Exception {
    plane = new Plane(folder.resolve("home"));
    pages = Files.createDirectory(folder.resolve("pages"));
    Files.writeString(pages.resolve("ephemeral.yaml"), SPEC);
    var git = GitFolder.of(pages);
    git.git("checkout", "-q", "-b", "blue");
    Files.writeString(pages.resolve("index.html"), "blue");
    git.git("add", ".");
    git.git("commit", "-q", "-m", "Blue");
    git.git("checkout", "-q", "main");
    plane.start();
  }

  @AfterAll
  static void end() {
    plane.close();
  }

  private static int post(String path, String body) {
    return plane.ask("POST", path, body).statusCode();
  }

  private static int delete(String path) {
    var request = HttpRequest.newBuilder(URI.create(plane.api() + path)).DELETE();
    return plane.send(request.build()).statusCode();
  }

  private static int run(String name) {
    return post("/environments", "{\"directory\":\"%s\",\"name\":\"%s\"}".formatted(pages, name));
  }

  private static int ask(String name, String command) {
    return post("/environments/" + name + "/commands", "{\"command\":\"" + command + "\"}");
  }

  /// Runs all calls concurrently and returns their results.
  private static List<Integer> atOnce(List<Callable<Integer>> calls) throws Exception {
    var answers = new ArrayList<Integer>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
    }
    return answers;
  }

  private static List<String> names() {
    return plane.get("/environments").findValuesAsText("name");
  }

  private static String wrong() {
    return plane.get("/doctor").findParents("name").stream()
        .filter(check -> List.of("missing", "leftover").contains(check.get("name").asText()))
        .map(check -> check.get("detail").asText())
        .collect(Collectors.joining("; "));
  }

  private static List<Callable<Integer>> commands(String name, String... some) {
    var random = new Random(7);
    return IntStream.range(0, CALLERS)
        .<Callable<Integer>>mapToObj(
            i -> {
              var command = some[random.nextInt(some.length)];
              return () -> ask(name, command);
            })
        .toList();
  }

  @Test
  void theLastWishOfManyWins() throws Exception {
    assertThat(run("wanted")).isEqualTo(202);
    var mixed =
        commands("wanted", "sleep", "wake", "restart", "update", "pin", "unpin", "extend 2d");
    assertThat(atOnce(mixed)).allMatch(status -> status == 200 || status == 422);
    assertThat(ask("wanted", "wake")).isEqualTo(200);
    plane.awaitPhase("wanted", "ready");
    assertThat(plane.page("wanted").statusCode()).isEqualTo(200);
    assertThat(atOnce(commands("wanted", "sleep", "wake", "restart"))).containsOnly(200);
    assertThat(ask("wanted", "sleep")).isEqualTo(200);
    plane.awaitPhase("wanted", "asleep");
    eventually("nothing is wrong", () -> wrong().isEmpty());
  }

  @Test
  void whatIsDestroyedAmidOtherWishesIsGoneWholly() throws Exception {
    assertThat(run("doomed")).isEqualTo(202);
    var mixed = new ArrayList<>(commands("doomed", "sleep", "wake", "restart", "update", "pin"));
    mixed.set(CALLERS / 2, () -> delete("/environments/doomed"));
    assertThat(atOnce(mixed)).allMatch(status -> List.of(200, 202, 404, 422).contains(status));
    eventually("it is gone", () -> names().stream().noneMatch("doomed"::equals));
    eventually("nothing is left of it", () -> wrong().isEmpty());
    assertThat(run("doomed")).as("its name is free").isEqualTo(202);
    plane.awaitPhase("doomed", "ready");
  }

  @Test
  void whoRunsTheSameFolderAtOnceGetsOneEnvironment() throws Exception {
    var calls = IntStream.range(0, 8).<Callable<Integer>>mapToObj(i -> () -> run("one")).toList();
    assertThat(atOnce(calls)).containsOnly(202);
    assertThat(names()).containsOnlyOnce("one");
    plane.awaitPhase("one", "ready");
  }

  @Test
  void anAppThatIsAddedAndRemovedAtOnceEndsAsOneOfBoth() throws Exception {
    var add = "{\"source\":\"%s\",\"name\":\"pages\"}".formatted(pages);
    var calls =
        IntStream.range(0, CALLERS)
            .<Callable<Integer>>mapToObj(
                i -> i % 2 == 0 ? () -> post("/apps", add) : () -> delete("/apps/pages"))
            .toList();
    assertThat(atOnce(calls)).allMatch(status -> List.of(201, 204, 404).contains(status));
    delete("/apps/pages");
    eventually("no environment of it is left", () -> !names().contains("pr-pages-1"));
    eventually("nothing is left of it", () -> wrong().isEmpty());
    assertThat(post("/apps", add)).isEqualTo(201);
    plane.awaitPhase("pr-pages-1", "ready");
    assertThat(delete("/apps/pages")).isEqualTo(204);
    eventually("nothing is left of it", () -> !names().contains("pr-pages-1") && wrong().isEmpty());
  }

  @Test
  void anAddThatFailsLeavesNoSource() throws Exception {
    var empty = Files.createDirectory(folder.resolve("empty"));
    Files.writeString(empty.resolve("readme"), "nothing");
    GitFolder.of(empty);
    var body = "{\"source\":\"%s\",\"name\":\"empty\"}".formatted(empty);
    assertThat(post("/apps", body)).isEqualTo(422);
    var run = "{\"directory\":\"%s\",\"name\":\"empty\"}".formatted(empty);
    assertThat(post("/environments", run)).isEqualTo(422);
    try (var sources = Files.list(plane.home.resolve("sources"))) {
      assertThat(sources).noneMatch(path -> path.toString().contains("empty"));
    }
  }
}
