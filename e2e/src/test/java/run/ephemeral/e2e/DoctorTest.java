package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Plane;

/// `ephemeral doctor` on a working control plane, as one story: it reports no false problems,
/// finds, names and removes every kind of leftover, and reports what is missing.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DoctorTest {
  private static final String SPEC =
      """
      app: pages
      services:
        site:
          run: $JAVA_HOME/bin/jwebserver -b 127.0.0.1 -p $PORT -d "$PWD"
          public: true
          env: { DATABASE_URL: "${db.url}", SELF: "${site.url}" }
      data:
        db: { postgres: 18 }
      """;
  private static final String BUILD = "0123456789abcdef0123456789abcdef";

  @TempDir static Path folder;
  static Plane plane;
  static Path pages;

  @BeforeAll
  static void start() throws Exception {
    plane = new Plane(folder.resolve("home"));
    pages = Files.createDirectory(folder.resolve("pages"));
    Files.writeString(pages.resolve("ephemeral.yaml"), SPEC);
    Files.writeString(pages.resolve("index.html"), "one");
    GitFolder.of(pages);
    plane.start();
  }

  @AfterAll
  static void end() {
    plane.close();
  }

  private static void run(String name) {
    var body = "{\"directory\":\"%s\",\"name\":\"%s\"}".formatted(pages, name);
    assertThat(post("/environments", body)).isEqualTo(202);
  }

  private static int post(String path, String body) {
    return plane.ask("POST", path, body).statusCode();
  }

  private static void ask(String name, String command) {
    assertThat(post("/environments/" + name + "/commands", "{\"command\":\"" + command + "\"}"))
        .isEqualTo(200);
  }

  private static boolean isThere(String name) {
    return Stream.of(plane.get("/environments").findValuesAsText("name"))
        .anyMatch(names -> names.contains(name));
  }

  private static List<String> wrong() {
    var wrong = new ArrayList<String>();
    var checks = plane.get("/doctor");
    assertThat(checks.isArray()).as(checks.toString()).isTrue();
    for (var check : checks) {
      if (List.of("missing", "leftover").contains(check.get("name").asText())) {
        wrong.add(check.get("detail").asText());
      }
    }
    return wrong;
  }

  private static void sql(String... statements) {
    try {
      var postgres = plane.home.resolve("postgres");
      var port = Files.readString(postgres.resolve("port")).strip();
      var password = Files.readString(postgres.resolve("password"));
      var url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
      try (var connection = DriverManager.getConnection(url, "ephemeral", password);
          var statement = connection.createStatement()) {
        for (var each : statements) {
          statement.execute(each);
        }
      }
    } catch (IOException | SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @Order(1)
  void aBusySystemHasNoFindings() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var lives =
          Stream.of("one", "two")
              .map(name -> threads.submit((Callable<Boolean>) () -> live(name)))
              .toList();
      while (lives.stream().anyMatch(life -> !life.isDone())) {
        assertThat(wrong()).isEmpty();
      }
      for (var life : lives) {
        assertThat(life.get()).isTrue();
      }
    }
    assertThat(wrong()).isEmpty();
  }

  /// Sends ten commands to the environment, some while the one before is carried out.
  private static boolean live(String name) {
    for (int i = 0; i < 2; i++) {
      run(name);
      plane.awaitPhase(name, "ready");
      ask(name, "restart");
      ask(name, "sleep");
      plane.awaitPhase(name, "asleep");
      ask(name, "wake");
      ask(name, "destroy");
      eventually(name + " is gone", () -> !isThere(name));
    }
    return true;
  }

  @Test
  @Order(2)
  void everyKindOfLeftoverIsFoundNamedAndRemovedWhenTold() throws Exception {
    run("kept");
    plane.awaitPhase("kept", "ready");
    var mark = mark("kept").replaceAll("[0-9a-f]{12}$", "0123456789ab");
    var lost = leaveBehind(mark);
    try {
      var said = plane.cli("doctor");
      assertThat(said.code()).isEqualTo(1);
      assertThat(said.out())
          .contains("process " + mark, Long.toString(lost.pid()))
          .contains("folder 424242-lost of environment 424242, which is no more")
          .contains("database db of environment 424242", "role db of environment 424242")
          .contains("source app-lost", "scratch work-lost", "build " + BUILD)
          .contains("`ephemeral doctor --fix` removes it")
          .doesNotContain("kept");
      assertThat(lost.isAlive()).isTrue();
      assertThat(plane.cli("doctor", "--fix").code()).as("nobody confirmed").isEqualTo(2);
      var fixed = plane.cli("doctor", "--fix", "--yes");
      assertThat(fixed.code()).as(fixed.out()).isZero();
      assertThat(fixed.out()).contains("removed", "source app-lost");
      assertThat(lost.waitFor()).isNotZero();
      assertThat(plane.cli("doctor").code()).isZero();
      assertThat(plane.page("kept").statusCode()).isEqualTo(200);
      assertThat(plane.home.resolve("sources/stranger")).exists();
    } finally {
      lost.destroyForcibly();
    }
  }

  private static Process leaveBehind(String mark) throws IOException {
    Files.createDirectories(plane.home.resolve("environments/424242-lost/logs"));
    Files.createDirectories(plane.home.resolve("scratch/work-lost"));
    Files.createDirectories(plane.home.resolve("builds").resolve(BUILD));
    var source = Files.createDirectories(plane.home.resolve("sources/app-lost.git"));
    Files.writeString(source.resolve("HEAD"), "ref: refs/heads/main\n");
    Files.createDirectories(plane.home.resolve("sources/stranger"));
    sql("CREATE ROLE e424242_db", "CREATE DATABASE e424242_db OWNER e424242_db");
    var builder = new ProcessBuilder("sleep", "1000");
    builder.environment().put("EPHEMERAL_INSTANCE", mark);
    return builder.start();
  }

  private static String mark(String environment) throws IOException {
    var pid = plane.pid(environment, "site").orElseThrow();
    var variables = Files.readString(Path.of("/proc/" + pid + "/environ"), UTF_8);
    return Stream.of(variables.split("\0"))
        .filter(variable -> variable.startsWith("EPHEMERAL_INSTANCE="))
        .map(variable -> variable.substring("EPHEMERAL_INSTANCE=".length()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @Order(3)
  void whatIsMissingIsToldWithWhatToDoAndComesBackThatWay() throws Exception {
    eventually("it is settled", () -> plane.environment("kept").get("settled").asBoolean());
    var database = database("kept");
    sql("DROP DATABASE %s WITH (FORCE)".formatted(database));
    delete(plane.home.resolve("sources/tree-kept.git"));
    try (var work = Files.walk(plane.home.resolve("environments"))) {
      for (var site : work.filter(path -> path.endsWith("work/site")).toList()) {
        delete(site);
      }
    }
    var said = plane.cli("doctor");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out())
        .contains("database db of kept should be there")
        .contains("source tree-kept should be there")
        .containsPattern("workspace site [0-9a-f]+ of kept should be there")
        .contains("`ephemeral update kept` copies it anew", "`ephemeral restart kept`");
    var fixed = plane.cli("doctor", "--fix", "--yes");
    assertThat(fixed.code()).as("a removal brings nothing back").isEqualTo(1);
    ask("kept", "restart");
    eventually("the database is back", () -> PostgresProbe.problem(url("kept")).isEmpty());
    plane.awaitPhase("kept", "ready");
    eventually("only the source is left to mend", () -> wrong().size() == 1);
  }

  private static String database(String environment) {
    return plane.get("/environments/" + environment + "/databases").get(0).get("name").asText();
  }

  private static String url(String environment) {
    JsonNode first = plane.get("/environments/" + environment + "/databases").path(0);
    return first.path("url").asText("postgresql://a:b@127.0.0.1:1/none");
  }

  private static void delete(Path tree) throws IOException {
    try (var files = Files.walk(tree)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
