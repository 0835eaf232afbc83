package run.ephemeral.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.wire.ComponentView;
import run.ephemeral.wire.LogLine;

class RunTest {
  @TempDir Path folder;
  private FakeControlPlane server;
  private Shell shell;

  @BeforeEach
  void begin() throws IOException {
    folder = folder.toRealPath();
    server = new FakeControlPlane();
    shell = new Shell(folder, server);
    Files.writeString(folder.resolve("ephemeral.yaml"), "app: shop\n");
  }

  @AfterEach
  void end() {
    server.close();
  }

  private Object comesUp() {
    var building = Samples.local("building", false);
    server.become(building);
    server.tell("event", Samples.event(1, "shop-local", "fetch", null, 40L));
    server.tell("event", Samples.event(2, "shop-local", "build", "web", 800L));
    server.tell("event", Samples.event(3, "shop-local", "data", "db", 5L));
    server.tell("event", Samples.event(4, "shop-local", "ready", null, 1200L));
    server.become(Samples.local("ready", true, Samples.component("web", "ready")));
    return building;
  }

  @Test
  void aPageThatIsBrokenIsToldThoughAllIsReady() throws IOException {
    var page = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var status = new AtomicInteger(500);
    page.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    page.start();
    try {
      var url = "http://shop-local.localhost:" + page.getAddress().getPort();
      var ready = Samples.at(Samples.local("ready", true), url);
      server.doing(
          "POST /environments",
          body -> {
            server.become(ready);
            return ready;
          });
      var said = shell.call("run");
      assertThat(said.code()).isZero();
      assertThat(said.out()).contains("but its front page answers 500  → ", "`health: /`");
      status.set(404);
      assertThat(shell.call("run").out()).doesNotContain("front page");
    } finally {
      page.stop(0);
    }
  }

  @Test
  void showsEachStepWithItsTimeAndEndsWithTheUrl() {
    server.doing("POST /environments", body -> comesUp());
    var said = shell.call("run");
    assertThat(said.out())
        .isEqualTo(
            """
            shop-local from FOLDER
              ✓ fetch              0.0 s
              ✓ build web          0.8 s
              ✓ data db            0.0 s
              ✓ ready              1.2 s

              web      http://web--pr-shop-3.localhost:8080
            shop-local is ready at http://shop-local.localhost:8080  READY IN 1.2 s
            Next: NEXT
            """
                .replace("FOLDER", folder.toString())
                .replace(
                    "NEXT",
                    "ephemeral open shop-local · ephemeral logs shop-local -f · it goes on until"
                        + " ephemeral destroy shop-local or ephemeral down"));
    assertThat(said.code()).isZero();
    assertThat(server.requests)
        .contains("POST /environments {\"directory\":\"%s\"}".formatted(folder));
  }

  @Test
  void whyItIsQueuedIsToldWhileItWaits() {
    server.doing(
        "POST /environments",
        body -> {
          server.become(Samples.queued("waits for room; one environment is before it"));
          server.become(Samples.queued("waits for room; it is the first"));
          return comesUp();
        });
    assertThat(shell.call("run").out())
        .contains(
            "  queued: waits for room; one environment is before it\n",
            "  queued: waits for room; it is the first\n",
            "shop-local is ready");
  }

  @Test
  void forProgramsTheRecordIsOnStandardOutputAndProgressIsNot() {
    server.doing("POST /environments", body -> comesUp());
    var said = shell.call("run", "-o", "json", "--name", "try");
    assertThat(said.out()).startsWith("{").contains("\"phase\" : \"ready\"");
    assertThat(said.err()).contains("✓ build web");
    assertThat(server.requests)
        .contains("POST /environments {\"directory\":\"%s\",\"name\":\"try\"}".formatted(folder));
  }

  @Test
  void oneThatFailsSaysWhyAndShowsTheLastLines() {
    server.doing(
        "POST /environments",
        body -> {
          var building = Samples.local("building", false);
          server.become(building);
          server.become(Samples.local("failing", true, Samples.component("web", "failing")));
          return building;
        });
    server.answering(
        "GET /environments/shop-local/logs?component=web&tail=20",
        List.of(new LogLine("web", "build", "npm: no such file")));
    var said = shell.call("run");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err())
        .isEqualTo(
            """
            failing: shop-local: web exited 1: no such file
              web build | npm: no such file
              → ephemeral logs shop-local web
            """);
  }

  private void fails(ComponentView... parts) {
    server.doing(
        "POST /environments",
        body -> {
          var building = Samples.local("building", false);
          server.become(building);
          server.become(Samples.local("failing", true, parts));
          return building;
        });
  }

  @Test
  void aFailingDatabaseIsNotAskedForLogs() {
    fails(new ComponentView("database", "db", "failing", "seed", null, null, null, null, 0));
    assertThat(shell.call("run", "--no-color"))
        .isEqualTo(
            new Shell.Said(
                1,
                "shop-local from %s\n".formatted(folder),
                """
                failing: shop-local: web exited 1: no such file
                  → ephemeral events shop-local
                  → ephemeral show shop-local
                """));
  }

  @Test
  void lastLinesThatCannotBeHadChangeNothing() {
    fails(Samples.component("web", "failing"));
    var said = shell.call("run");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err()).endsWith("no such file\n  → ephemeral logs shop-local web\n");
  }

  @Test
  void interruptedItSaysThatTheEnvironmentGoesOn() {
    var building = Samples.local("building", false);
    server.having(building).answering("POST /environments", building);
    var call = shell.begin("run");
    Waiting.until(() -> !shell.interrupts.isEmpty());
    shell.interrupt();
    assertThat(call.out())
        .endsWith("\nshop-local goes on without you. Remove it: ephemeral destroy shop-local\n");
  }

  @Test
  void withoutAnEphemeralYamlItNamesInit() throws IOException {
    Files.delete(folder.resolve("ephemeral.yaml"));
    var said = shell.call("run");
    assertThat(said.code()).isEqualTo(3);
    assertThat(said.err())
        .isEqualTo(
            """
            error: there is no ephemeral.yaml in %s
              → write one from what is there: ephemeral init
            """
                .formatted(folder));
  }

  @Test
  void withoutWaitingItReturnsAtOnce() {
    server.answering("POST /environments", Samples.local("building", false));
    assertThat(shell.call("run", "--no-wait"))
        .isEqualTo(new Shell.Said(0, "Asked for shop-local. See ephemeral show shop-local\n", ""));
  }

  @Test
  void watchingUpdatesAtEveryEditAndSurvivesARefusedOne() throws IOException {
    server.doing("POST /environments", body -> comesUp());
    var call = shell.begin("run", "--watch");
    Waiting.until(() -> call.out().contains("Watching for edits"));
    server.answering("POST /environments", FakeControlPlane.problem(422, "ephemeral.yaml:1: no"));
    Files.writeString(folder.resolve("ephemeral.yaml"), "app: shop # edited\n");
    Waiting.until(() -> call.err().contains("error: ephemeral.yaml:1: no"));
    server.doing("POST /environments", body -> comesUp());
    Files.writeString(folder.resolve("server.js"), "// edited\n");
    Waiting.until(() -> call.out().contains("server.js changed"));
    Waiting.until(() -> call.out().split("Watching for edits", -1).length == 4);
    shell.interrupt();
    assertThat(call.out()).endsWith("\nNo longer watching. The environment goes on.\n");
  }
}
