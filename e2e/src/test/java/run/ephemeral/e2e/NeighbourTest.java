package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Plane;

/// A broken or hostile environment: the control plane starts, the others serve, and the broken one
/// is shown with what to do and can be destroyed.
class NeighbourTest {
  /// Writes to all paths that a program reaches through its parent folders, without a search.
  private static final String WRITE =
      "for up in .. ../.. ../../.. ../../../..; do"
          + " for name in addresses tests/smoke instances/site-1/facts instances/site-1/routed"
          + " instances/site-1/pid attended; do"
          + " mkdir -p $up/$(dirname $name); echo web=x > $up/$name; done; done;"
          + " mkfifo ../../../logs/pipe.run.log; mkdir ../../../.half-x;";

  @TempDir static Path folder;
  private static Plane plane;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    plane = new Plane(folder.resolve("home"));
    plane.start();
    run("good", "");
  }

  @AfterAll
  static void end() {
    plane.close();
  }

  private static void run(String name, String before) throws IOException, InterruptedException {
    var source = Files.createDirectories(folder.resolve(name));
    Files.writeString(source.resolve("ephemeral.yaml"), spec(name, before));
    Files.writeString(source.resolve("index.html"), name);
    GitFolder.of(source);
    var body = "{\"directory\":\"%s\",\"name\":\"%s\"}".formatted(source, name);
    var answer = plane.ask("POST", "/environments", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    plane.awaitPhase(name, before.endsWith("exit 1;") ? "failing" : "ready");
  }

  private static String spec(String app, String before) {
    return """
    app: %s
    services:
      site:
        run: %s $JAVA_HOME/bin/jwebserver -b 127.0.0.1 -p $PORT -d "$PWD"
        public: true
        env: { API: "${api.url}" }
      api:
        run: exec $JAVA_HOME/bin/jwebserver -b 127.0.0.1 -p $PORT -d "$PWD"
    tests:
      smoke: { run: "true" }
    """
        .formatted(app, before);
  }

  private void startAgain() throws IOException {
    plane.start();
    plane.awaitPhase("good", "ready");
    assertThat(plane.page("good").body()).isEqualTo("good");
  }

  private void destroy(String name) {
    assertThat(plane.ask("DELETE", "/environments/" + name, "").statusCode()).isEqualTo(202);
    eventually(
        name + " is gone", () -> plane.ask("GET", "/environments/" + name, "").statusCode() == 404);
    assertThat(plane.get("/doctor").toString()).contains("everything that should be there is");
  }

  private String store() throws IOException {
    var password = Files.readString(plane.home.resolve("postgres/password"));
    var lock = Files.readAllLines(plane.home.resolve("postgres/data/postmaster.pid"));
    return "postgresql://ephemeral:%s@127.0.0.1:%s/postgres"
        .formatted(password, lock.get(3).strip());
  }

  @Test
  void whatAServiceWritesAroundItselfKeepsNobodyFromStarting() throws Exception {
    run("bad", WRITE);
    var address = address("bad");
    plane.kill();
    startAgain();
    plane.awaitPhase("bad", "ready");
    assertThat(plane.page("bad").body()).isEqualTo("bad");
    assertThat(address("bad")).isEqualTo(address);
    destroy("bad");
  }

  /// A failing environment's log is the first thing that is read at a start.
  @Test
  void aServiceThatPutsAFileInThePlaceOfItsLogsKeepsNobodyFromStarting() throws Exception {
    run("logless", "rm -r ../../../logs; echo > ../../../logs; exit 1;");
    plane.kill();
    startAgain();
    plane.awaitPhase("logless", "failing");
    destroy("logless");
  }

  private String address(String environment) {
    for (var component : plane.environment(environment).path("components")) {
      if (component.path("name").asText().equals("api")) {
        return component.path("address").asText();
      }
    }
    throw new AssertionError("no api");
  }

  @Test
  void aRowThatCannotBeReadIsListedAsFailingAndCanBeDestroyed() throws Exception {
    run("row", "");
    plane.kill();
    PostgresProbe.execute(
        store(), "UPDATE environment SET wanted = '{\"power\": 7}' WHERE name = 'row'");
    plane.start();
    plane.awaitPhase("good", "ready");
    plane.awaitPhase("row", "failing");
    assertThat(plane.environment("row").path("reason").asText())
        .contains("cannot be read", "`ephemeral destroy row`");
    assertThat(plane.cli("list").out()).contains("good", "row", "failing");
    assertThat(plane.command("row", "sleep").statusCode()).isEqualTo(500);
    assertThat(plane.page("good").body()).isEqualTo("good");
    destroy("row");
  }

  /// Such an entry can be left by a power failure or another program.
  @Test
  void anEntryOfTheLedgerThatCannotBeReadIsThatEnvironmentsTrouble() throws Exception {
    run("entry", "");
    plane.kill();
    PostgresProbe.execute(
        store(),
        "UPDATE ledger SET facts = '{\"port\": \"x\"}' WHERE environment ="
            + " (SELECT id FROM environment WHERE name = 'entry')");
    startAgain();
    plane.awaitPhase("entry", "ready");
    assertThat(URI.create(address("entry")).getPort()).isPositive();
    destroy("entry");
  }
}
