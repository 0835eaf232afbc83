package run.ephemeral.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.wire.AppView;
import run.ephemeral.wire.Check;
import run.ephemeral.wire.ComponentView;
import run.ephemeral.wire.LogLine;
import run.ephemeral.wire.PullRequestView;
import run.ephemeral.wire.Status;

class LookingTest {
  @TempDir Path folder;
  private FakeControlPlane server;
  private Shell shell;

  @BeforeEach
  void begin() throws IOException {
    server = new FakeControlPlane();
    shell = new Shell(folder, server);
  }

  @AfterEach
  void end() {
    server.close();
  }

  private void check(String command, String expected) {
    assertThat(said(command)).isEqualTo(expected);
  }

  private String said(String command) {
    var said = shell.call(command.split(" ", -1));
    assertThat(said.err()).isEmpty();
    assertThat(said.code()).isZero();
    return said.out();
  }

  @Test
  void listAlignsItsColumnsAndSaysWhyOneFails() {
    server.having(Samples.LOOK, Samples.CURRENCY, Samples.ORDERS);
    Golden.check("list.txt", said("list"));
  }

  @Test
  void listSaysDaysBeforeWhatWillBeRemoved() {
    var soon = Samples.NOW.plusSeconds(20 * 3600);
    server.having(Samples.expiring(Samples.LOOK, soon), Samples.CURRENCY);
    assertThat(said("list"))
        .containsOnlyOnce("is removed")
        .contains(
            "  is removed in 20 h unless somebody uses it  → ephemeral extend pr-shop-1 7d\n");
  }

  @Test
  void listWideHasAllThereIsToSay() {
    server.having(Samples.ORDERS);
    Golden.check("list-wide.txt", said("ls -o wide"));
  }

  @Test
  void listForProgramsPrintsTheRecordsAsTheyCame() {
    server.answering("GET /environments", List.of(java.util.Map.of("name", "x", "new", "kept")));
    assertThat(shell.call("list", "-o", "json").out())
        .contains("\"name\" : \"x\"", "\"new\" : \"kept\"");
    assertThat(shell.call("list", "-o", "yaml").out()).contains("name: x", "new: kept");
  }

  @Test
  void anEmptyListSaysWhatToDo() {
    check("list", "No environments.\nNext: ephemeral run · ephemeral app add REPOSITORY\n");
  }

  @Test
  void hintsUseTheWordTheUserUsed() {
    shell.properties.put("ephemeral.command", "./ephemeral");
    check("list", "No environments.\nNext: ./ephemeral run · ./ephemeral app add REPOSITORY\n");
  }

  @Test
  void whatIsOnPathIsCalledByItsNameAlone() throws IOException {
    var bin = Files.createDirectories(folder.resolve("bin"));
    var program = Files.writeString(folder.resolve("ephemeral"), "");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Files.createSymbolicLink(bin.resolve("ephemeral"), program);
    shell.environment.put("PATH", bin.toString());
    shell.properties.put("ephemeral.command", program.toString());
    check("list", "No environments.\nNext: ephemeral run · ephemeral app add REPOSITORY\n");
  }

  @Test
  void aTitleCannotPlayWithTheTerminal() {
    server.having(Samples.pull(9, "\u001b[2Jgone\u0007\r\u202e", "ready", "fine", 1L));
    assertThat(shell.call("list").out()).contains("pr-shop-9    gone  ");
  }

  @Test
  void aPrivateServiceHasAnAddressAndNoUrl() {
    var part =
        new ComponentView(
            "service", "api", "ready", "answers", null, null, "http://127.0.0.1:4", 7L, 0);
    var down =
        new ComponentView(
            "service", "b", "stopped", "asleep", null, null, "http://127.0.0.1:5", null, 0);
    server.having(Samples.local("ready", true, part, down));
    assertThat(said("show")).doesNotContain("127.0.0.1");
    assertThat(said("show -o wide"))
        .contains("api        service  ready    -    http://127.0.0.1:4  7    0         answers")
        .contains("b          service  stopped  -    -                   -    0         asleep");
  }

  @Test
  void showTellsAboutAnEnvironmentAndItsParts() {
    server.having(Samples.ORDERS);
    Golden.check("show.txt", said("show pr-shop-3"));
  }

  @Test
  void openPrintsTheUrlAndNothingElse() {
    server.having(Samples.ORDERS);
    check("open 3", "http://pr-shop-3.localhost:8080\n");
    check("open pr-shop-3 web", "http://web--pr-shop-3.localhost:8080\n");
  }

  @Test
  void openKnowsTheServicesThereAre() {
    server.having(Samples.ORDERS);
    var said = shell.call("open", "3", "order");
    assertThat(said.code()).isEqualTo(3);
    assertThat(said.err())
        .isEqualTo(
            """
            error: pr-shop-3 has no public service `order`. Did you mean `orders`?
              → it has web, orders
            """);
  }

  @Test
  void logsSayWhoWroteALine() {
    server.having(Samples.LOOK);
    server.answering(
        "GET /environments/pr-shop-1/logs?tail=5",
        List.of(
            new LogLine("web", "build", "compiling"),
            new LogLine("web", "run", "listening \u001b[2J"),
            new LogLine("orders", "run", "ready")));
    check(
        "logs 1 --tail 5",
        """
        web build | compiling
        web       | listening
        orders    | ready
        """);
  }

  @Test
  void whatIsQueuedHasNoLogsYet() {
    server.having(Samples.queued("waits for room"));
    server.answering("GET /environments/shop-local/logs", List.of());
    assertThat(shell.call("logs", "shop-local").err())
        .isEqualTo("note: shop-local has no logs yet: it is queued, waits for room\n");
  }

  @Test
  void logsOfOneServiceAreItsLinesOnly() {
    server.having(Samples.LOOK);
    server.answering(
        "GET /environments/pr-shop-1/logs?component=web&source=run",
        List.of(new LogLine("web", "run", "listening")));
    check("logs 1 web --source run", "listening\n");
  }

  @Test
  void logsGoOnWithWhatComes() {
    server.having(Samples.LOOK, Samples.CURRENCY);
    for (var name : List.of("pr-shop-1", "pr-shop-2")) {
      server.streaming(
          "GET /environments/%s/logs/stream".formatted(name),
          "line",
          new LogLine("web", "run", "hello from " + name));
    }
    var said = shell.call("logs", "-f");
    assertThat(said.out().lines())
        .containsExactlyInAnyOrder(
            "pr-shop-1 web | hello from pr-shop-1", "pr-shop-2 web | hello from pr-shop-2");
  }

  @Test
  void logsThatAreFollowedSayThatTheControlPlaneWentAway() {
    server.having(Samples.LOOK);
    server.breaking(
        "GET /environments/pr-shop-1/logs/stream", "line", new LogLine("web", "run", "hello"));
    var said = shell.call("logs", "1", "-f");
    assertThat(said.code()).isEqualTo(Exit.NO_CONTROL_PLANE);
    assertThat(said.out()).isEqualTo("web | hello\n");
    assertThat(said.err()).startsWith("error: lost the control plane");
  }

  @Test
  void eventsSayWhatHappenedAndHowLongItTook() {
    server.having(Samples.LOOK);
    server.answering(
        "GET /environments/pr-shop-1/events",
        List.of(
            Samples.event(1, "pr-shop-1", "build", "web", 800L),
            Samples.event(2, "pr-shop-1", "ready", null, 1300L)));
    check(
        "events 1",
        """
        12 s ago    ✓ build web          0.8 s  build done
        12 s ago    ✓ ready              1.3 s  ready done
        """);
  }

  @Test
  void eventsMakeRoomForLongNames() {
    server.having(Samples.LOOK);
    server.answering(
        "GET /environments/pr-shop-1/events",
        List.of(
            Samples.event(1, "pr-shop-1", "healthy", "notifications", 800L),
            Samples.event(2, "pr-shop-1", "ready", null, 1300L)));
    check(
        "events 1",
        """
        12 s ago    ✓ healthy notifications   0.8 s  healthy done
        12 s ago    ✓ ready                   1.3 s  ready done
        """);
  }

  @Test
  void statusSaysWhereTheControlPlaneIs() {
    server.answering(
        "GET /status",
        new Status(
            "0.1.0",
            42,
            "/home/ada/.ephemeral",
            Instant.parse("2026-01-02T07:00:00Z"),
            "http://127.0.0.1:7070",
            "http://localhost:8080",
            "18.4",
            1,
            3));
    check(
        "status",
        """
        control plane  0.1.0, pid 42
        started        3 h ago
        home           ~/.ephemeral
        API            http://127.0.0.1:7070
        gateway        http://localhost:8080
        PostgreSQL     18.4
        apps           1
        environments   3
        """);
  }

  @Test
  void doctorFailsWhenSomethingFails() {
    server.answering(
        "GET /doctor", List.of(new Check("postgres", "failing", "does not answer", "restart it")));
    var said = shell.call("doctor");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out())
        .contains("✗ postgres        does not answer\n                  → restart it\n");
  }

  private static final Check LEFT =
      new Check("leftover", "failing", "database db of 7", "`doctor --fix`", "database 7 db");

  @Test
  void doctorRemovesNothingUntoldAndWhatItShowedWhenTold() {
    server.answering("GET /doctor", List.of(new Check("Java", "ok", "25", null), LEFT));
    var fixed = List.of(new Check("removed", "ok", "database db of 7", null));
    server.answering("POST /doctor/fix", fixed);
    assertThat(shell.call("doctor").code()).isEqualTo(1);
    assertThat(shell.call("doctor", "--fix").code()).isEqualTo(2);
    assertThat(server.requests).noneMatch(request -> request.startsWith("POST"));
    var said = shell.call("doctor", "--fix", "--yes");
    assertThat(said.code()).isZero();
    assertThat(said.out()).contains("✗ leftover", "✓ removed         database db of 7");
    assertThat(server.requests).contains("POST /doctor/fix {\"leftovers\":[\"database 7 db\"]}");
  }

  @Test
  void doctorFixFailsWhenSomethingStays() {
    server.answering("GET /doctor", List.of(LEFT));
    server.answering("POST /doctor/fix", List.of(new Check("leftover", "failing", "no", "why")));
    assertThat(shell.call("doctor", "--fix", "--yes").code()).isEqualTo(1);
    server.answering("POST /doctor/fix", List.of());
    var said = shell.call("doctor", "--fix", "--yes", "-o", "json");
    assertThat(said.code()).isZero();
    assertThat(said.out()).doesNotContain("leftover");
  }

  @Test
  void appsAreListedWithWhatIsWrong() {
    server.answering("GET /apps", List.of(Samples.shop(Samples.LOOK)));
    check(
        "app list",
        """
        APP   SOURCE                  PULL REQUESTS  PROBLEM
        shop  ~/.ephemeral/demo/shop  1              -
        """);
  }

  @Test
  void appsSayWhichPullRequestsHaveNoEnvironmentAndWhy() {
    var none =
        IntStream.rangeClosed(1, 7)
            .mapToObj(
                it ->
                    new PullRequestView(
                        it, "t", "wip-" + it, "ada", "a1b2", null, "it was removed"))
            .toList();
    server.answering(
        "GET /apps",
        List.of(
            new AppView("shop", "shop", "/shop", false, "main", Samples.NOW, null, null, none)));
    check(
        "app list",
        """
        APP   SOURCE  PULL REQUESTS  PROBLEM
        shop  /shop   7              -
        shop: wip-1 has no environment: it was removed
        shop: wip-2 has no environment: it was removed
        shop: wip-3 has no environment: it was removed
        shop: wip-4 has no environment: it was removed
        shop: wip-5 has no environment: it was removed
        shop: and 2 others: ephemeral app list -o yaml
        """);
  }

  @Test
  void listOfAnAppThatIsNotThereSaysSo() {
    server.answering("GET /environments?app=shp", List.of());
    server.answering("GET /apps", List.of(Samples.shop()));
    assertThat(shell.call("list", "--app", "shp"))
        .isEqualTo(
            new Shell.Said(
                3,
                "",
                """
                error: there is no app `shp`. Did you mean `shop`?
                  → ephemeral app list
                """));
    server.answering("GET /environments?app=shop", List.of());
    check("list --app shop", "No environments of shop. Why: ephemeral app list\n");
  }

  @Test
  void aTailIsNoNegativeNumber() {
    assertThat(shell.call("logs", "1", "--tail=-3").code()).isEqualTo(2);
    assertThat(server.requests).isEmpty();
  }

  @Test
  void aTailThatIsMoreThanAreGivenIsSaidSo() {
    server.having(Samples.LOOK);
    server.answering(
        "GET /environments/pr-shop-1/logs?tail=10001", List.of(new LogLine("web", "run", "a")));
    assertThat(shell.call("logs", "1", "--tail", "10001").err())
        .isEqualTo("note: --tail is at most 10000, so only so many lines of each part come\n");
  }

  @Test
  void theVersionIsForProgramsToo() {
    check("version -o yaml", "version: unreleased\n");
  }

  @Test
  void doctorCannotFixWithoutAControlPlane() {
    var alone = new Shell(folder);
    assertThat(alone.call("doctor").code()).isZero();
    var said = alone.call("doctor", "--fix", "--yes");
    assertThat(said.code()).isEqualTo(4);
    assertThat(said.err()).contains("start one: ephemeral run or ephemeral demo --keep");
  }
}
