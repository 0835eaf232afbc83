package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Plane;
import run.ephemeral.testkit.github.GitHub;
import run.ephemeral.testkit.github.Repository;

/// Pull requests of the test GitHub, on engine `process`: the App is made as in a browser, and all
/// else as people do it.
@EnabledIf("run.ephemeral.testkit.github.GitHub#isThere")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GitHubTest {
  private static final Pattern PAGE = Pattern.compile("http://127[^ ]*/[0-9a-f]{32}");
  private static final Pattern ACTION = Pattern.compile("action=\"([^\"]+)\"");
  private static final Pattern MANIFEST = Pattern.compile("value=\"([^\"]+)\"");
  private static final String FILE =
      """
      app: shop
      services:
        web:
          run: python3 serve.py
          public: true
      tests:
        smoke: { run: "true" }
      start: { skip: { drafts: true } }
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
  static GitHub github;
  static Plane plane;
  static Repository shop;
  static int number;
  static String commit = "";

  @BeforeAll
  static void prepare() throws Exception {
    github = new GitHub(folder.resolve("github"));
    shop = github.repository("shop");
    shop.admit("ann", "write");
    shop.admit("rita", "read");
    shop.commit("main", "serve.py", SERVE);
    shop.commit("main", "page", "main");
    shop.commit("main", "ephemeral.yaml", FILE);
    plane = new Plane(folder.resolve("home"));
    plane.start();
  }

  @AfterAll
  static void end() {
    plane.close();
    github.close();
  }

  private static String environment() {
    return "pr-shop-" + number;
  }

  private static void answers(String text) {
    Eventually.eventually("it says " + text, () -> plane.page(environment()).body().equals(text));
  }

  private static String unescaped(Pattern pattern, String page) {
    var found = pattern.matcher(page);
    assertThat(found.find()).as(page).isTrue();
    return found.group(1).replace("&quot;", "\"").replace("&amp;", "&");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  /// As a browser whose person presses both buttons.
  private static void makeApp(HttpClient browser, String page) throws Exception {
    var begin = HttpRequest.newBuilder(URI.create(page)).build();
    var form = browser.send(begin, BodyHandlers.ofString()).body();
    var body = "manifest=" + URLEncoder.encode(unescaped(MANIFEST, form), UTF_8);
    var sent =
        HttpRequest.newBuilder(URI.create(unescaped(ACTION, form)))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body))
            .build();
    var forged =
        HttpRequest.newBuilder(URI.create(page).resolve("/created?code=x&state=y")).build();
    assertThat(browser.send(forged, BodyHandlers.ofString()).statusCode()).isEqualTo(400);
    var last = browser.send(sent, BodyHandlers.ofString());
    assertThat(last.body()).contains("The terminal says what comes next.");
  }

  @Test
  @Order(1)
  void theAppIsMadeInABrowserAndItsKeyIsShownNowhere() throws Exception {
    var out = folder.resolve("setup.out");
    var setup =
        plane.beginCli(
            folder,
            out,
            "github",
            "setup",
            "--url",
            github.url(),
            "--organization",
            "acme",
            "--webhooks",
            plane.url());
    Eventually.eventually("the page is named", () -> PAGE.matcher(read(out)).find());
    var page = PAGE.matcher(read(out)).results().findFirst().orElseThrow().group();
    try (var browser =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build()) {
      makeApp(browser, page);
    }
    assertThat(setup.waitFor()).as(read(out)).isZero();
    assertThat(read(out))
        .contains("Added " + github.host(), "ephemeral-test[bot]", "installed at acme");
    var status = plane.cli("github", "status");
    assertThat(status.out()).contains(github.host(), "3.19.0", "ephemeral-test[bot]");
    var everything = plane.get("/code-hosts").toString() + status.out() + read(out);
    assertThat(everything + Files.readString(plane.home.resolve("server.log")))
        .doesNotContain("PRIVATE KEY", GitHub.SECRET, "ghs_");
  }

  @Test
  @Order(2)
  void wrongKeysAndLackingPermissionsAreSaid() throws Exception {
    var key = folder.resolve("key.pem");
    Files.writeString(key, "nonsense");
    var url = github.url();
    var wrong =
        plane.cli("github", "setup", "--url", url, "--app", "4711", "--key-file", key.toString());
    assertThat(wrong.out()).contains("that is no private key");
    Files.writeString(key, github.pem());
    var other =
        plane.cli("github", "setup", "--url", url, "--app", "1", "--key-file", key.toString());
    assertThat(other.out()).contains("does not accept the key of the GitHub App");
    assertThat(plane.cli("github", "setup", "--app", "1").out()).contains("need each other");
    assertThat(plane.cli("github", "setup", "--url", "http://127.0.0.1:9").out())
        .contains("nothing listens there");
    assertThat(plane.cli("github", "setup", "--url", url + "/acme").out())
        .contains("there is no GitHub at");
    assertThat(plane.cli("github", "setup", "--url", url, "--port", "80000").code()).isEqualTo(2);
    github.grant("checks", "read");
    assertThat(plane.cli("github", "status").out()).contains("acme has not granted: checks: write");
    github.grant("checks", "write");
    // The same App again, which keeps its webhook.
    var same =
        plane.cli("github", "setup", "--url", url, "--app", "4711", "--key-file", key.toString());
    assertThat(same.code()).as(same.out()).isZero();
    assertThat(plane.get("/code-hosts").at("/0/webhooks").asText()).isEqualTo(plane.url());
  }

  @Test
  @Order(3)
  void aPullRequestGetsAnEnvironmentAndSaysSo() throws Exception {
    var followed = plane.cli("app", "add", github.host() + "/acme/shop");
    assertThat(followed.code()).as(followed.out()).isZero();
    commit = shop.commit("blue", "page", "blue");
    number = shop.open("ann", "blue", "Blue button");
    plane.awaitPhase(environment(), "ready");
    answers("blue");
    Eventually.eventually(
        "the pull request says so",
        () -> shop.seen(number).size() == 1 && shop.seen(number).getFirst().contains("is ready"));
    Eventually.eventually(
        "the checks say so",
        () ->
            "success".equals(shop.checks(commit).get("ephemeral/shop"))
                && "success".equals(shop.checks(commit).get("ephemeral/shop/smoke")));
    Eventually.eventually("it is deployed", () -> deployed().startsWith(commit + " success http"));
  }

  private static String deployed() {
    return shop.deployments().entrySet().stream()
        .filter(each -> each.getKey().startsWith("deploy:%s@".formatted(environment())))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  @Test
  @Order(4)
  void aCommandInACommentIsCarriedOutForThoseWhoMayPush() {
    shop.say(number, "rita", "@runbot destroy");
    Eventually.eventually(
        "she is told", () -> shop.seen(number).getLast().contains("rita may not"));
    var comment = shop.say(number, "ann", "Not now.\n\n@runbot sleep");
    plane.awaitPhase(environment(), "asleep");
    Eventually.eventually(
        "it is told", () -> shop.reactions(comment).equals(List.of("eyes", "+1")));
    shop.say(number, "ann", "@ephemeral-test wake");
    plane.awaitPhase(environment(), "ready");
  }

  @Test
  @Order(4)
  void reRunOfACheckRunsTheTestAgainForThoseWhoMayPush() {
    var before = runs();
    shop.rerun(commit, "ephemeral/shop/smoke", "rita");
    Eventually.eventually(
        "she is told", () -> shop.seen(number).getLast().contains("`@runbot test smoke`"));
    shop.rerun(commit, "ephemeral/shop/smoke", "ann");
    Eventually.eventually("it ran again", () -> runs() == before + 1);
    Eventually.eventually(
        "the check says so",
        () -> "success".equals(shop.checks(commit).get("ephemeral/shop/smoke")));
    shop.say(number, "ann", "@runbot logs");
    Eventually.eventually(
        "they are answered", () -> shop.seen(number).getLast().contains("last lines of web"));
  }

  private static long runs() {
    return plane
        .get("/environments/" + environment() + "/events?limit=200")
        .valueStream()
        .filter(event -> event.path("step").asText().equals("test"))
        .count();
  }

  @Test
  @Order(5)
  void aPushIsDeployedInsteadOfTheOneBefore() {
    commit = shop.commit("blue", "page", "darker");
    answers("darker");
    Eventually.eventually("it is deployed", () -> deployed().startsWith(commit + " success http"));
    assertThat(shop.deployments()).hasSize(1);
  }

  /// A merge queue waits for the checks that are required at pull requests.
  @Test
  @Order(5)
  void aMergeQueueIsAnsweredAndGetsNoEnvironment() {
    var queued = shop.queue(number);
    Eventually.eventually(
        "it is answered",
        () ->
            shop.checks(queued)
                .equals(Map.of("ephemeral/shop", "neutral", "ephemeral/shop/smoke", "neutral")));
    assertThat(plane.get("/environments")).hasSize(1);
  }

  @Test
  @Order(6)
  void aForkGetsNothing() {
    var theirs = shop.openFork("mallory", "evil", "page", "evil");
    Eventually.eventually(
        "it is told", () -> plane.get("/apps").toString().contains("comes from a fork"));
    assertThat(plane.get("/environments").toString()).doesNotContain("pr-shop-" + theirs);
    Eventually.eventually(
        "the pull request is told",
        () -> shop.seen(theirs).toString().contains("do not keep code of strangers apart"));
    shop.close(theirs);
  }

  /// GitHub is asked whether anything changed; what has not is not counted by its rate limit.
  @Test
  @Order(7)
  void atRestItIsOnlyAskedWhatCostsNothing() {
    Eventually.eventually(
        "nothing is asked that costs",
        () -> {
          var asked = github.requests();
          if (!asked.stream().allMatch(request -> request.endsWith(" 304"))) {
            github.forgetRequests();
          }
          return asked.size() >= 2 && asked.equals(github.requests());
        });
  }

  @Test
  @Order(8)
  void aRateLimitAndARevokedTokenLoseNothing() {
    github.limit(Optional.of(new GitHub.Limit(403, Map.of("Retry-After", "3"))));
    shop.commit("blue", "page", "limited");
    Eventually.eventually(
        "it is told", () -> plane.get("/apps").toString().contains("rate limit of acme"));
    github.limit(Optional.empty());
    answers("limited");
    github.revoke();
    shop.commit("blue", "page", "navy");
    answers("navy");
  }

  @Test
  @Order(9)
  void itIsSaidWhereTheAppIsMissing() {
    github.install(false);
    github.revoke();
    shop.title(number, "Navy button");
    Eventually.eventually(
        "it is told", () -> plane.get("/apps").toString().contains("is not installed at"));
    answers("navy");
    github.install(true);
    shop.title(number, "Navy");
    Eventually.eventually(
        "it is followed again",
        () -> plane.environment(environment()).at("/pullRequest/title").asText().equals("Navy"));
  }

  @Test
  @Order(10)
  void aClosedOneIsRemovedAndIsDeployedNowhere() throws Exception {
    shop.close(number);
    Eventually.eventually("it is removed", () -> plane.get("/environments").isEmpty());
    assertThat(shop.deployments()).isEmpty();
    assertThat(shop.seen(number).getFirst()).contains("removed");
    assertThat(plane.cli("github", "remove", github.host()).out()).contains("apps are followed");
    assertThat(plane.cli("app", "remove", "shop").code()).isZero();
    assertThat(plane.cli("github", "remove", github.host()).code()).isZero();
  }
}
