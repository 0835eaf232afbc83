package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Plane;

/// `ephemeral run` in a foreign checkout, a folder of static pages, as one story.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WorkingTreeTest {
  private static final String GOOD =
      """
      app: pages
      services:
        site:
          run: $JAVA_HOME/bin/jwebserver -b 127.0.0.1 -p $PORT -d "$PWD"
          public: true
          env: { GREETING: "hello from ${env.name}", DATABASE_URL: "${db.url}" }
      data:
        db: { postgres: 18, seed: seed.sql }
      tests:
        greets: { run: 'test "$(cat index.html)" != "bad"' }
      """;

  @TempDir static Path folder;
  static Plane plane;
  static Path pages;

  @BeforeAll
  static void start() throws Exception {
    plane = new Plane(folder.resolve("home"));
    pages = Files.createDirectory(folder.resolve("my pages"));
    Files.writeString(pages.resolve("ephemeral.yaml"), GOOD);
    Files.writeString(pages.resolve("index.html"), "one");
    Files.writeString(
        pages.resolve("seed.sql"), "CREATE TABLE t (n int); INSERT INTO t VALUES (7);");
    GitFolder.of(pages);
    plane.start();
  }

  @AfterAll
  static void end() {
    plane.close();
  }

  @Test
  @Order(1)
  void uncommittedChangesAreRun() throws Exception {
    Files.writeString(pages.resolve("index.html"), "two");
    var said = plane.cliIn(pages, "run");
    assertThat(said.code()).as(said.out()).isZero();
    assertThat(said.out()).contains("http://" + name() + ".localhost:");
    assertThat(plane.page(name()).body()).isEqualTo("two");
  }

  @Test
  @Order(2)
  void anotherRunUpdatesIt() throws Exception {
    Files.writeString(pages.resolve("index.html"), "three");
    var below = Files.createDirectories(pages.resolve("deep/below"));
    assertThat(plane.cliIn(below, "run").code()).as("from a folder below").isZero();
    eventually("the page changed", () -> plane.page(name()).body().equals("three"));
  }

  @Test
  @Order(3)
  void itsTestsAreRunAndShown() {
    eventually("the test passed", () -> state("greets").equals("passed"));
  }

  private static String state(String component) {
    for (var known : plane.environment(name()).path("components")) {
      if (known.get("name").asText().equals(component)) {
        return known.get("state").asText();
      }
    }
    return "absent";
  }

  @Test
  @Order(4)
  void commandsRunInItsFolderWithItsVariables() throws Exception {
    var said = plane.cli("exec", name(), "--", "printenv", "GREETING");
    assertThat(said.code()).as(said.out()).isZero();
    assertThat(said.out().strip()).isEqualTo("hello from " + name());
    assertThat(plane.cli("exec", name(), "--", "false").code()).isEqualTo(1);
    assertThat(plane.cli("db", "url", name()).out()).startsWith("postgresql://");
  }

  @Test
  @Order(5)
  void aFileWithAMistakeIsRefusedWithItsPlaceAndWhatRunsRunsOn() throws Exception {
    Files.writeString(pages.resolve("ephemeral.yaml"), GOOD.replace("public: true", "pubic: true"));
    var said = plane.cliIn(pages, "run");
    assertThat(said.code()).isNotZero();
    assertThat(said.out()).contains("ephemeral.yaml:5:5", "public");
    assertThat(plane.page(name()).statusCode()).isEqualTo(200);
    Files.writeString(pages.resolve("ephemeral.yaml"), GOOD);
  }

  @Test
  @Order(6)
  void aVersionThatCrashesIsToldAndTheOneBeforeServesOn() throws Exception {
    var broken =
        GOOD.replace("$JAVA_HOME/bin/jwebserver", "echo no luck today; exit 3; jwebserver");
    Files.writeString(pages.resolve("ephemeral.yaml"), broken);
    var said = plane.cliIn(pages, "run");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).contains("site exited 3", "no luck today");
    assertThat(plane.page(name()).body()).isEqualTo("three");
    Files.writeString(pages.resolve("ephemeral.yaml"), GOOD);
  }

  @Test
  @Order(7)
  void aSignalStopsEverythingAndTheNextStartPicksUp() throws Exception {
    assertThat(plane.cliIn(pages, "run").code()).as("the good version again").isZero();
    var process = ProcessHandle.of(plane.pid()).orElseThrow();
    process.destroy();
    process.onExit().join();
    assertThat(plane.processes()).isEmpty();
    assertThat(plane.serverFile()).isEmpty();
    plane.start();
    plane.awaitPhase(name(), "ready");
    assertThat(plane.page(name()).body()).isEqualTo("three");
  }

  @Test
  @Order(8)
  void destroyedItIsGone() throws Exception {
    assertThat(plane.cli("destroy", name(), "--wait").code()).isZero();
    assertThat(plane.environment(name()).path("status").asInt()).isEqualTo(404);
    try (var left = Files.list(plane.home.resolve("environments"))) {
      assertThat(left).isEmpty();
    }
  }

  private static String name() {
    return plane.get("/environments").path(0).path("name").asText("absent");
  }
}
