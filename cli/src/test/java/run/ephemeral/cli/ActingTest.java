package run.ephemeral.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.wire.AppView;
import run.ephemeral.wire.EnvironmentView;
import run.ephemeral.wire.EventView;
import run.ephemeral.wire.LogLine;
import run.ephemeral.wire.PullRequestView;

class ActingTest {
  private static final String COMMANDS = "POST /environments/pr-shop-1/commands";

  @TempDir Path folder;
  private FakeControlPlane server;
  private Shell shell;

  @BeforeEach
  void begin() throws IOException {
    server = new FakeControlPlane().having(Samples.LOOK);
    shell = new Shell(folder, server);
  }

  @AfterEach
  void end() {
    server.close();
  }

  private void check(String command, String request, String expected) {
    server.answering(COMMANDS, FakeControlPlane.answer("Done as asked.", Samples.LOOK));
    var said = shell.call(command.split(" ", -1));
    assertThat(said).isEqualTo(new Shell.Said(0, expected, ""));
    assertThat(server.requests).contains(request);
  }

  @Test
  void aCommandIsSentAsPeopleWriteItInAComment() {
    check("sleep 1", COMMANDS + " {\"command\":\"sleep\"}", "Done as asked.\n");
    check("wake pr-shop-1", COMMANDS + " {\"command\":\"wake\"}", "Done as asked.\n");
    check("update", COMMANDS + " {\"command\":\"update\"}", "Done as asked.\n");
    check("test 1 smoke", COMMANDS + " {\"command\":\"test smoke\"}", "Done as asked.\n");
    check("restart 1 web", COMMANDS + " {\"command\":\"restart web\"}", "Done as asked.\n");
    check("extend shop-1 2d", COMMANDS + " {\"command\":\"extend 2d\"}", "Done as asked.\n");
    check("pin 1", COMMANDS + " {\"command\":\"pin\"}", "Done as asked.\n");
    check("unpin 1", COMMANDS + " {\"command\":\"unpin\"}", "Done as asked.\n");
  }

  @Test
  void waitingShowsTheStepsUntilAllIsDone() {
    var waking = Samples.in(Samples.LOOK, "waking", false);
    server.doing(
        COMMANDS,
        body -> {
          server.become(waking);
          server.tell("event", Samples.event(7, "pr-shop-1", "start", "web", 400L));
          server.tell("event", Samples.event(8, "pr-shop-2", "start", "web", 1L));
          server.tell("event", Samples.event(9, "pr-shop-1", "ready", null, 700L));
          server.become(Samples.LOOK);
          return FakeControlPlane.answer("Waking.", waking);
        });
    assertThat(shell.call("wake", "1", "--wait"))
        .isEqualTo(
            new Shell.Said(
                0,
                """
                Waking.
                  ✓ start web          0.4 s
                  ✓ ready              0.7 s

                pr-shop-1 is ready at http://pr-shop-1.localhost:8080
                """,
                ""));
  }

  @Test
  void waitingEndsThoughTheStreamTellsNothingNew() {
    var unsettled = Samples.in(Samples.LOOK, "ready", false);
    server.having(unsettled);
    server.doing(
        COMMANDS,
        body -> {
          Thread.ofVirtual().start(this::settledOnceItWasRead);
          return FakeControlPlane.answer("Up to date.", unsettled);
        });
    assertThat(shell.call("update", "1", "--wait", "--timeout", "20s").code()).isZero();
  }

  /// The environment settles after the answer was read, and the stream sends nothing.
  private void settledOnceItWasRead() {
    Waiting.until(() -> server.requests.stream().anyMatch("GET /environments/pr-shop-1"::equals));
    server.having(Samples.LOOK);
  }

  @Test
  void waitingForOneThatFailsSaysWhyOnceAndShowsItsLastLines() {
    var starting = Samples.in(Samples.ORDERS, "starting", false);
    server.having(Samples.ORDERS);
    server.answering(
        "GET /environments/pr-shop-3/logs?component=orders&tail=20",
        java.util.List.of(new LogLine("orders", "run", "port must be a number")));
    server.doing(
        "POST /environments/pr-shop-3/commands",
        body -> {
          server.become(starting);
          server.tell(
              "event",
              new EventView(
                  9, Samples.NOW, "pr-shop-3", "error", "fail", "orders", "orders exited 1", 400L));
          server.become(Samples.ORDERS);
          return FakeControlPlane.answer("Restarting.", starting);
        });
    assertThat(shell.call("restart", "3", "-w"))
        .isEqualTo(
            new Shell.Said(
                1,
                """
                Restarting.
                """,
                """
                failing: pr-shop-3: orders exited 1 after 0.4 s: port must be a number
                  orders | port must be a number
                  → ephemeral logs pr-shop-3 orders
                """));
  }

  @Test
  void waitingEndsWhenTheTimeIsUp() {
    var busy = Samples.in(Samples.LOOK, "building", false);
    server.having(busy).answering(COMMANDS, FakeControlPlane.answer("Updating.", busy));
    var said = shell.call("update", "1", "--wait", "--timeout", "1ms");
    assertThat(said.code()).isEqualTo(6);
    assertThat(said.err())
        .isEqualTo(
            """
            error: pr-shop-1 is still building after the time allowed: all services answer
              → it goes on; see ephemeral show pr-shop-1
              → wait longer: --timeout 20m
            """);
  }

  @Test
  void whatWasTrueBeforeTheCommandDoesNotEndTheWait() {
    var waking = Samples.in(Samples.LOOK, "waking", false);
    server.doing(
        COMMANDS,
        body -> {
          server.tell("environment", Samples.LOOK);
          server.having(waking);
          return FakeControlPlane.answer("Waking.", waking);
        });
    var call = shell.begin("wake", "1", "--wait", "--timeout", "1m");
    // Read once to find the environment by name, then after each `ready` of the stream.
    Waiting.until(() -> Collections.frequency(server.requests, "GET /environments/pr-shop-1") == 3);
    server.become(Samples.LOOK);
    assertThat(call.end().code()).isZero();
  }

  @Test
  void aWaitForSleepEndsAsleep() {
    var asleep = Samples.in(Samples.LOOK, "asleep", true);
    server.doing(
        COMMANDS,
        body -> {
          server.become(asleep);
          return FakeControlPlane.answer("Sleeping.", Samples.in(Samples.LOOK, "ready", false));
        });
    assertThat(shell.call("sleep", "1", "--wait"))
        .isEqualTo(new Shell.Said(0, "Sleeping.\npr-shop-1 is asleep: all services answer\n", ""));
  }

  private void refused(String span, String why) {
    var said = shell.call("extend", "1", span);
    assertThat(said.code()).as(span).isEqualTo(2);
    assertThat(said.err())
        .isEqualTo("error: `%s` is %s\n  → ephemeral extend 1 2d\n".formatted(span, why));
    assertThat(server.requests).isEmpty();
  }

  @Test
  void aSpanThatCannotBeIsNotEvenAsked() {
    refused("2x", "not a span of time; write 90m, 12h or 2d");
    refused("0s", "too short; write at least 1s");
    refused("0d00h", "too short; write at least 1s");
    refused("366d", "too long; write at most 365d");
    refused("365d1s", "too long; write at most 365d");
    refused("99999999999999999999d", "too long; write at most 365d");
    refused("-5h", "negative; an environment can only be kept longer");
  }

  @Test
  void anOptionThatExtendDoesNotHaveIsStillSaidToBeNone() {
    assertThat(shell.call("extend", "1", "2d", "--wat").err()).contains("`--wat`");
  }

  @Test
  void anUpdateFindsAPullRequestWhoseEnvironmentWasDestroyed() {
    var pull = new PullRequestView(14, "t", "wip", "ada", "a1b2", null, "it was destroyed");
    server.answering(
        "GET /apps",
        List.of(
            new AppView(
                "shop", "shop", "/shop", false, "main", Samples.NOW, null, null, List.of(pull))));
    var post = "POST /environments/pr-shop-14/commands";
    server.answering(post, FakeControlPlane.answer("Done as asked.", Samples.LOOK));
    for (var given : List.of("14", "shop-14", "pr-shop-14")) {
      assertThat(shell.call("update", given)).isEqualTo(new Shell.Said(0, "Done as asked.\n", ""));
    }
    var unknown = shell.call("update", "99");
    assertThat(unknown.code()).isEqualTo(Exit.NOT_FOUND);
    assertThat(unknown.err())
        .contains("there is no environment `99`")
        .endsWith("  → ephemeral list\n");
  }

  @Test
  void destroyRemovesAllOfTheNamesOrNone() {
    server.having(Samples.CURRENCY);
    server.answering("DELETE /environments/pr-shop-1", Samples.LOOK);
    server.answering("DELETE /environments/pr-shop-2", Samples.CURRENCY);
    assertThat(shell.call("destroy", "1", "7").code()).isEqualTo(3);
    assertThat(server.requests).noneMatch(request -> request.startsWith("DELETE"));
    assertThat(shell.call("destroy", "1", "2"))
        .isEqualTo(new Shell.Said(0, "Removing pr-shop-1.\nRemoving pr-shop-2.\n", ""));
  }

  @Test
  void aWaitForDestroyEndsWhenItIsGone() {
    EnvironmentView removing = Samples.in(Samples.LOOK, "removing", true);
    server.doing(
        "DELETE /environments/pr-shop-1",
        body -> {
          server.become(removing);
          server.tell("event", Samples.event(5, "pr-shop-1", "stop", "web", 10L));
          server.tell("event", Samples.event(6, "pr-shop-1", "remove", "db", 20L));
          server.tell("event", Samples.event(7, "pr-shop-1", "remove", null, 30L));
          server.without("pr-shop-1");
          server.tell("environment", Samples.in(Samples.LOOK, "gone", true));
          return removing;
        });
    assertThat(shell.call("destroy", "1", "--wait"))
        .isEqualTo(
            new Shell.Said(
                0,
                """
                  ✓ stop web           0.0 s  stop done
                  ✓ remove             0.0 s  remove done
                pr-shop-1 is gone.
                """,
                ""));
  }
}
