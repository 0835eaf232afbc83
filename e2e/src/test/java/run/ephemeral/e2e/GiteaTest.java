package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Gitea;
import run.ephemeral.testkit.Plane;

/// Pull requests of a real Gitea, on engine `process`: set up, opened, pushed, labelled, of a fork,
/// merged, and forgotten.
@EnabledIf("run.ephemeral.testkit.Gitea#isUp")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GiteaTest {
  private static final String FILE =
      """
      app: shop
      services:
        web:
          run: python3 serve.py
          public: true
      start: { label: preview, skip: { drafts: true } }
      """;
  private static final String SERVE =
      """
      import http.server, os
      class Page(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              self.send_response(200)
              self.end_headers()
              self.wfile.write(open("page").read().encode())
      http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
      """;

  @TempDir static Path folder;
  static final Gitea gitea = new Gitea();
  static Plane plane;
  static Gitea.Repository repository;
  static String robot = "";
  static int number;

  @BeforeAll
  static void prepare() throws Exception {
    repository = gitea.repository("shop", true);
    robot = gitea.user("robot");
    repository.collaborator(robot, "admin");
    repository.commit(Gitea.ADMIN, "main", "serve.py", SERVE);
    repository.commit(Gitea.ADMIN, "main", "page", "main");
    repository.commit(Gitea.ADMIN, "main", "ephemeral.yaml", FILE);
    plane = new Plane(folder.resolve("home"));
    plane.start();
  }

  @AfterAll
  static void end() {
    plane.close();
    gitea.close();
  }

  private static Plane.Said setup(String token) throws Exception {
    var file = Files.writeString(folder.resolve("token"), token + "\n");
    return plane.cli(
        "gitea",
        "setup",
        "--url",
        Gitea.url(),
        "--webhooks",
        plane.url(),
        "--token-file",
        file.toString());
  }

  private static String app() {
    return Gitea.host() + "/" + repository.path();
  }

  private static void answers(String text) {
    Eventually.eventually(
        "it says " + text, () -> plane.page("pr-shop-" + number).body().equals(text));
  }

  @Test
  @Order(1)
  void aHostIsSetUpWithATokenThatMayDoWhatIsNeededAndNoOther() throws Exception {
    assertThat(setup("nonsense").out()).contains("does not accept the token");
    assertThat(setup(gitea.token(robot, "read:user")).out()).contains("may not do this");
    assertThat(setup(gitea.token(robot, "read:user", "write:repository")).out())
        .contains("required=[write:issue]");
    assertThat(plane.cli("gitea", "status").out()).contains("No Gitea");
    var unknown = plane.cli("app", "add", app());
    assertThat(unknown.code()).isNotZero();
    assertThat(unknown.out()).contains("nor a repository of a code host that was added");
    var token = gitea.token(robot);
    var added = setup(token);
    assertThat(added.code()).as(added.out()).isZero();
    assertThat(added.out()).contains("as user " + robot, "sent without encryption");
    assertThat(plane.cli("gitea", "status").out()).contains(Gitea.host(), robot);
    assertThat(Files.readString(plane.home.resolve("server.log"))).doesNotContain(token);
    assertThat(plane.get("/code-hosts").toString()).doesNotContain(token);
  }

  @Test
  @Order(2)
  void aPullRequestWithTheLabelGetsAnEnvironment() throws Exception {
    var followed = plane.cli("app", "add", app());
    assertThat(followed.code()).as(followed.out()).isZero();
    assertThat(followed.out()).contains("Open a pull request and it gets a URL.");
    repository.commit(Gitea.ADMIN, "blue", "page", "blue");
    number = repository.open(Gitea.ADMIN, "blue", "Blue button");
    Eventually.eventually(
        "it lacks its label",
        () ->
            plane.get("/apps").toString().contains("`start` in its ephemeral.yaml leaves it out"));
    repository.label(number, "preview");
    plane.awaitPhase("pr-shop-" + number, "ready");
    answers("blue");
    assertThat(plane.cli("show", "pr-shop-" + number).out()).contains("Blue button");
    Eventually.eventually(
        "the pull request says so",
        () ->
            comments().size() == 1
                && comments().getFirst().contains("pr-shop-%d](http://".formatted(number))
                && comments().getFirst().contains("is ready"));
    var commit = repository.pull(number).at("/head/sha").asText();
    var status = ask("/commits/%s/status".formatted(commit)).path("statuses").path(0);
    assertThat(status.path("context").asText()).isEqualTo("ephemeral/shop");
    assertThat(status.path("status").asText()).isEqualTo("success");
  }

  private static JsonNode ask(String path) {
    return gitea.ask(Gitea.ADMIN, "GET", "/repos/" + repository.path() + path, _ -> {});
  }

  private static List<String> comments() {
    return ask("/issues/%d/comments".formatted(number)).findValuesAsText("body");
  }

  private static void say(String person, String text) {
    var path = "/repos/%s/issues/%d/comments".formatted(repository.path(), number);
    gitea.ask(person, "POST", path, body -> body.put("body", text));
  }

  @Test
  @Order(3)
  void aDeliveryThatIsNotSignedIsRefused() throws Exception {
    assertThat(plane.cli("gitea", "status").out()).contains("last ");
    var hooks = ask("/hooks");
    assertThat(hooks).hasSize(1);
    var url = URI.create(hooks.at("/0/config/url").asText());
    assertThat(url).asString().startsWith(plane.url() + "/hooks/");
    var signature = HexFormat.of().formatHex(new byte[32]);
    assertThat(deliver(url, "{}", "")).isEqualTo(401);
    assertThat(deliver(url, "{}", signature)).isEqualTo(401);
    assertThat(deliver(url.resolve("nowhere.example"), "{}", signature)).isEqualTo(401);
    assertThat(deliver(url, " ".repeat(2 << 20), signature)).isEqualTo(413);
  }

  private static int deliver(URI url, String body, String signature) throws Exception {
    var request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .header("X-GitHub-Delivery", "7")
            .header("X-Hub-Signature-256", "sha256=" + signature)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  @Order(3)
  void aCommandInACommentIsCarriedOutForThoseWhoMayPush() {
    var rita = gitea.user("rita");
    repository.collaborator(rita, "read");
    say(rita, "@runbot destroy");
    Eventually.eventually("she is told", () -> comments().getLast().contains(rita + " may not"));
    say(Gitea.ADMIN, "Not now.\n\n@runbot sleep");
    plane.awaitPhase("pr-shop-" + number, "asleep");
    Eventually.eventually("the comment says so", () -> comments().getFirst().contains("is asleep"));
    say(rita, "@runbot status");
    Eventually.eventually("it is answered", () -> comments().getLast().contains(": asleep,"));
    say(Gitea.ADMIN, "@runbot wake");
    plane.awaitPhase("pr-shop-" + number, "ready");
  }

  @Test
  @Order(4)
  void aPushChangesItAndANewTitleDoesNot() {
    repository.commit(Gitea.ADMIN, "blue", "page", "darker");
    answers("darker");
    Eventually.eventually(
        "the version before is gone",
        () -> plane.environment("pr-shop-" + number).path("settled").asBoolean());
    var pid = plane.pid("pr-shop-" + number, "web").orElseThrow();
    repository.edit(number, body -> body.put("title", "Darker button"));
    Eventually.eventually(
        "the title is known",
        () ->
            plane
                .environment("pr-shop-" + number)
                .at("/pullRequest/title")
                .asText()
                .equals("Darker button"));
    assertThat(plane.pid("pr-shop-" + number, "web")).contains(pid);
  }

  @Test
  @Order(5)
  void aForkGetsNothingAndTheReasonIsTold() {
    var mallory = gitea.user("mallory");
    repository.collaborator(mallory, "read");
    var fork = repository.fork(mallory);
    fork.commit(mallory, "evil", "page", "evil");
    var theirs = repository.open(mallory, mallory + ":evil", "Trust me");
    repository.label(theirs, "preview");
    Eventually.eventually(
        "it is told", () -> plane.get("/apps").toString().contains("comes from a fork"));
    assertThat(plane.get("/environments").toString()).doesNotContain("pr-shop-" + theirs);
    repository.close(theirs);
  }

  @Test
  @Order(6)
  void aDraftLosesItAndOneThatIsReadyGetsItAgain() {
    repository.edit(number, body -> body.put("title", "WIP: Darker button"));
    awaitNone();
    repository.edit(number, body -> body.put("title", "Darker button"));
    plane.awaitPhase("pr-shop-" + number, "ready");
    repository.unlabel(number);
    awaitNone();
    repository.label(number, "preview");
    plane.awaitPhase("pr-shop-" + number, "ready");
  }

  private static void awaitNone() {
    Eventually.eventually("it is removed", () -> plane.get("/environments").isEmpty());
  }

  @Test
  @Order(7)
  void aTokenThatIsRevokedIsSaidAndReplacedAndNothingIsLost() throws Exception {
    gitea.ask(
        Gitea.ADMIN, "DELETE", "/repos/" + repository.path() + "/collaborators/" + robot, _ -> {});
    Eventually.eventually(
        "it is told", () -> plane.get("/apps").toString().contains("may not read it"));
    answers("darker");
    var inUse = plane.cli("gitea", "remove", Gitea.host());
    assertThat(inUse.out()).contains("apps are followed from " + Gitea.host() + " (1)");
    assertThat(setup(gitea.token(Gitea.ADMIN)).code()).isZero();
    repository.commit(Gitea.ADMIN, "blue", "page", "navy");
    answers("navy");
  }

  @Test
  @Order(8)
  void aMergedOneIsRemovedAndTheHostIsForgottenAfterItsApp() throws Exception {
    // Gitea finds out for a while after a push whether it can be merged.
    Eventually.eventually(
        "it can be merged", () -> repository.pull(number).path("mergeable").asBoolean());
    gitea.ask(
        Gitea.ADMIN,
        "POST",
        "/repos/%s/pulls/%d/merge".formatted(repository.path(), number),
        body -> body.put("Do", "merge"));
    awaitNone();
    assertThat(plane.events("pr-shop-" + number))
        .anyMatch(line -> line.contains("its pull request was merged or closed"));
    assertThat(plane.cli("app", "remove", "shop").code()).isZero();
    assertThat(plane.cli("gitea", "remove", Gitea.host()).code()).isZero();
    assertThat(plane.cli("gitea", "remove", Gitea.host()).code()).isEqualTo(3);
  }
}
