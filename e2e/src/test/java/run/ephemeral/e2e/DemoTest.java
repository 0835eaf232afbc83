package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Plane;

/// The life cycle of the demo's pull requests as one story: each test continues where the last one
/// ended.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoTest {
  private static final String WARM = "pr-shop-1";
  private static final String EUROS = "pr-shop-2";
  private static final String BROKEN = "pr-shop-3";

  @TempDir static Path folder;
  static Plane plane;
  static GitFolder shop;

  @BeforeAll
  static void start() throws IOException {
    plane = new Plane(folder.resolve("home"));
    plane.start();
    shop = new GitFolder(plane.home.resolve("demo/shop"));
  }

  @AfterAll
  static void end() {
    plane.close();
  }

  @Test
  @Order(1)
  void oneCommandBringsThreePullRequestsUpAndShowsThem() throws Exception {
    var said = plane.cli("demo", "--keep");
    assertThat(said.code()).as(said.out()).isZero();
    assertThat(said.out())
        .contains("pr-shop-1", "Warmer look for the front page", "ready")
        .contains("pr-shop-3", "failing", "port must be a number", "logs pr-shop-3 orders");
  }

  @Test
  @Order(2)
  void eachShowsItsOwnVersionOnItsOwnData() {
    assertThat(plane.page(WARM).statusCode()).isEqualTo(200);
    assertThat(plane.page(EUROS).body()).contains("€").isNotEqualTo(plane.page(WARM).body());
    assertThat(plane.page(WARM).body()).doesNotContain("€");
    var databases =
        IntStream.rangeClosed(1, 3)
            .mapToObj(i -> plane.get("/environments/pr-shop-" + i + "/databases"))
            .map(list -> list.get(0).get("name").asText())
            .toList();
    assertThat(databases).doesNotHaveDuplicates();
  }

  @Test
  @Order(3)
  void theFailingOneIsExplainedEverywhere() throws Exception {
    assertThat(plane.environment(BROKEN).get("reason").asText())
        .contains("orders exited 1", "port must be a number");
    assertThat(plane.cli("logs", BROKEN, "orders").out()).contains("port must be a number");
    assertThat(plane.cli("show", BROKEN).out()).contains("port must be a number");
    assertThat(plane.page(BROKEN).statusCode()).as("what works of it works").isEqualTo(200);
  }

  @Test
  @Order(4)
  void aPushChangesThatServiceOnlyAndNoRequestFails() throws Exception {
    var before = pids();
    try (var visitor = new Visitor(plane, List.of(WARM, EUROS))) {
      shop.commit(
          "warmer-look", "web/page.html", html -> html.replace("<body", "<!-- again --><body"));
      eventually("the page changed", () -> plane.page(WARM).body().contains("<!-- again -->"));
      plane.awaitPhase(WARM, "ready");
      assertThat(visitor.end()).as("failed requests").isEmpty();
      assertThat(visitor.requests()).isGreaterThan(20);
    }
    var after = pids();
    assertThat(after.remove(WARM + " web")).isNotEqualTo(before.remove(WARM + " web"));
    assertThat(after).isEqualTo(before);
  }

  @Test
  @Order(5)
  void aKilledControlPlaneFindsEverythingAgain() throws IOException {
    var before = pids();
    plane.kill();
    plane.start();
    eventually("everything is known again", () -> pids().equals(before));
    assertThat(plane.page(WARM).statusCode()).isEqualTo(200);
  }

  @Test
  @Order(6)
  void aKilledServiceComesBackAndTheDiaryTells() {
    var pid = plane.pid(WARM, "catalogue").orElseThrow();
    ProcessHandle.of(pid).orElseThrow().descendants().forEach(ProcessHandle::destroyForcibly);
    eventually(
        "another process serves",
        () -> plane.pid(WARM, "catalogue").filter(now -> now != pid.longValue()).isPresent());
    plane.awaitPhase(WARM, "ready");
    assertThat(plane.events(WARM)).anyMatch(text -> text.startsWith("starts: it was killed"));
    assertThat(plane.page(WARM).statusCode()).isEqualTo(200);
  }

  @Test
  @Order(7)
  void aKilledPostgresComesBackWithItsDataAndTheDiaryTells() throws IOException {
    var before = orders();
    order(EUROS);
    assertThat(orders()).isEqualTo(before + 1);
    var pidFile = plane.home.resolve("postgres/data/postmaster.pid");
    var pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    eventually(
        "the diary tells",
        () -> {
          try {
            return plane.events(EUROS).stream()
                .anyMatch(text -> text.startsWith("PostgreSQL ended"));
          } catch (RuntimeException e) {
            return false;
          }
        });
    plane.awaitPhase(EUROS, "ready");
    assertThat(orders()).isEqualTo(before + 1);
  }

  private static long orders() {
    var url = plane.get("/environments/" + EUROS + "/databases").get(0).get("url").asText();
    return PostgresProbe.number(url, "SELECT count(*) FROM orders");
  }

  private void order(String environment) {
    var port = plane.gatewayPort();
    var form = HttpRequest.BodyPublishers.ofString("product=1");
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/order"))
            .header("Host", environment + ".localhost:" + port)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(form)
            .build();
    assertThat(plane.send(request).statusCode()).isLessThan(400);
  }

  @Test
  @Order(8)
  void whatSleepsWakesForAVisitorAndKeepsItsData() throws Exception {
    var before = orders();
    assertThat(plane.cli("sleep", EUROS, "--wait").code()).isZero();
    plane.awaitPhase(EUROS, "asleep");
    assertThat(plane.pid(EUROS, "web")).isEmpty();
    assertThat(plane.page(EUROS).statusCode()).isEqualTo(200);
    plane.awaitPhase(EUROS, "ready");
    assertThat(orders()).isEqualTo(before);
  }

  @Test
  @Order(9)
  void aDeletedBranchLeavesNothing() throws Exception {
    var pid = plane.pid(EUROS, "web").orElseThrow();
    var database = plane.get("/environments/" + EUROS + "/databases").get(0).get("url").asText();
    shop.git("branch", "-D", "two-currencies");
    eventually("it is gone", () -> plane.environment(EUROS).path("status").asInt() == 404);
    assertThat(ProcessHandle.of(pid)).isEmpty();
    assertThat(plane.page(EUROS).statusCode()).isEqualTo(404);
    try (var left = Files.list(plane.home.resolve("environments"))) {
      assertThat(left.map(Path::toString)).noneMatch(path -> path.contains(EUROS));
    }
    assertThat(PostgresProbe.problem(database)).contains("does not exist");
  }

  @Test
  @Order(10)
  void downStopsEverythingAndTheNextStartPicksUp() throws Exception {
    assertThat(plane.cli("down").code()).isZero();
    assertThat(plane.processes()).isEmpty();
    plane.start();
    plane.awaitPhase(WARM, "ready");
    assertThat(plane.page(WARM).body()).contains("<!-- again -->");
  }

  @Test
  @Order(11)
  void downStopsWhatAKilledControlPlaneLeft() throws Exception {
    plane.kill();
    assertThat(plane.processes()).isNotEmpty();
    assertThat(plane.cli("down").code()).isZero();
    assertThat(plane.processes()).isEmpty();
  }

  @Test
  @Order(12)
  void purgingLeavesNothingAtAll() throws Exception {
    assertThat(plane.cli("down", "--purge", "--yes").code()).isZero();
    assertThat(plane.processes()).isEmpty();
    try (var left = Files.list(plane.home)) {
      assertThat(left.map(path -> path.getFileName().toString())).isSubsetOf("lock", "server.log");
    }
  }

  private static Map<String, Long> pids() {
    var pids = new TreeMap<String, Long>();
    for (var environment : plane.get("/environments")) {
      for (var component : environment.get("components")) {
        if (!component.get("pid").isNull()) {
          pids.put(
              environment.get("name").asText() + " " + component.get("name").asText(),
              component.get("pid").asLong());
        }
      }
    }
    return pids;
  }
}
