package run.ephemeral.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.wire.AppView;
import run.ephemeral.wire.EventView;

class DemoTest {
  private static final AppView SHOP = Samples.shop(Samples.LOOK, Samples.CURRENCY, Samples.ORDERS);

  @TempDir Path folder;
  private FakeControlPlane server;
  private Shell shell;

  @BeforeEach
  void begin() throws IOException {
    server = new FakeControlPlane();
    shell = new Shell(folder, server);
    server.answering("GET /apps", List.of(SHOP));
    server.doing(
        "POST /demo",
        body -> {
          server.become(Samples.in(Samples.LOOK, "building", false));
          server.become(Samples.ORDERS);
          server.become(Samples.CURRENCY);
          server.become(Samples.LOOK);
          return SHOP;
        });
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void endsWithTheTableAndWhatToDoNext() {
    var said = shell.call("demo", "--keep");
    Golden.check("demo.txt", said.out());
    assertThat(said.err()).isEmpty();
    assertThat(said.code()).isZero();
  }

  @Test
  void saysWhatChangesUntilItIsInterrupted() {
    var call = shell.begin("demo");
    Waiting.until(() -> call.out().contains("Push to a branch"));
    var update =
        new EventView(
            5, Samples.NOW, "pr-shop-1", "info", "ready", null, "update: web changed", 1200L);
    server.tell("event", Samples.event(4, "pr-shop-1", "build", "web", 800L));
    server.tell("event", update);
    Waiting.until(() -> call.out().contains("update"));
    assertThat(call.out())
        .endsWith("pr-shop-1  update: web changed, 1.2 s  http://pr-shop-1.localhost:8080\n");

    shell.interrupt();
    server.hangUp();
    assertThat(call.end().code()).isZero();
    assertThat(call.out())
        .endsWith(
            "\nThe control plane ran before, so all goes on running. Stop it: ephemeral down\n");
  }

  @Test
  void waitsForPullRequestsThatHaveNoEnvironmentYet() {
    server.doing(
        "POST /demo",
        body -> {
          server.become(Samples.LOOK);
          return SHOP;
        });
    var call = shell.begin("demo", "--keep");
    Waiting.until(() -> server.requests.contains("GET /apps"));
    server.become(Samples.CURRENCY);
    server.become(Samples.ORDERS);
    assertThat(call.end().out()).contains("pr-shop-3    Faster orders");
  }

  @Test
  void whatDoesNotComeUpInTimeIsShownAsItIs() {
    server.answering("POST /demo", SHOP);
    server.having(Samples.in(Samples.LOOK, "building", false));
    var said = shell.call("demo", "--timeout", "1ms");
    assertThat(said.code()).isEqualTo(6);
    assertThat(said.err())
        .isEqualTo(
            """
            error: not all is up after the time allowed
              → ephemeral events
            """);
  }

  @Test
  void forProgramsItPrintsTheEnvironments() {
    server.answering("GET /environments?app=shop", List.of(Map.of("name", "pr-shop-1")));
    var said = shell.call("demo", "--keep", "-o", "yaml");
    assertThat(said.out()).isEqualTo("- name: pr-shop-1\n");
  }
}
