package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Plane;
import run.ephemeral.testkit.github.GitHub;
import run.ephemeral.testkit.github.Repository;

/// The action of `deploy/action`, run as a job of GitHub Actions runs it: it has no secret.
@EnabledIf("canRun")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ActionTest {
  private static final Path MAIN = Path.of("..", "deploy", "action", "main.js");
  private static final String FILE =
      "app: shop\nservices: { web: { run: python3 -m http.server $PORT, public: true } }\n";

  @TempDir static Path folder;
  static GitHub github;
  static Plane plane;
  static Repository shop;
  static int number;

  static boolean canRun() {
    return GitHub.isThere()
        && Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node")));
  }

  @BeforeAll
  static void prepare() throws Exception {
    github = new GitHub(folder.resolve("github"));
    shop = github.repository("shop");
    shop.commit("main", "ephemeral.yaml", FILE);
    plane = new Plane(folder.resolve("home"));
    plane.start();
    var key = Files.writeString(folder.resolve("key.pem"), github.pem()).toString();
    var app = Long.toString(GitHub.APP);
    var said = plane.cli("github", "setup", "--url", github.url(), "--app", app, "--key-file", key);
    assertThat(said.code()).as(said.out()).isZero();
    assertThat(plane.cli("app", "add", github.url() + "/" + shop.path()).code()).isZero();
    shop.commit("blue", "page", "blue");
    number = shop.open("ann", "blue", "Blue button");
  }

  @AfterAll
  static void end() {
    plane.close();
    github.close();
  }

  /// What a step of a job left behind.
  private record Step(int code, String log, Map<String, String> outputs) {}

  private static Step step(Map<String, String> inputs) throws Exception {
    return step(inputs, Map.of());
  }

  private static Step step(Map<String, String> inputs, Map<String, String> more) throws Exception {
    var output = Files.createTempFile(folder, "output", "");
    var event = Files.createTempFile(folder, "event", ".json");
    Files.writeString(
        event,
        "{\"pull_request\":{\"number\":%d,\"head\":{\"sha\":\"%s\"}}}"
            .formatted(number, shop.head(number)));
    var builder = new ProcessBuilder("node", MAIN.toString()).redirectErrorStream(true);
    var variables = new HashMap<String, String>();
    variables.put("INPUT_SERVER", plane.url());
    inputs.forEach((name, value) -> variables.put("INPUT_" + name, value));
    variables.put("GITHUB_SERVER_URL", github.url());
    variables.put("GITHUB_OUTPUT", output.toString());
    variables.put("GITHUB_EVENT_PATH", event.toString());
    variables.put("ACTIONS_ID_TOKEN_REQUEST_URL", github.actions().requestUrl(shop));
    variables.put("ACTIONS_ID_TOKEN_REQUEST_TOKEN", github.actions().requestToken());
    variables.putAll(more);
    builder.environment().putAll(variables);
    var process = builder.start();
    var log = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Step(process.waitFor(), log, outputs(output));
  }

  private static Map<String, String> outputs(Path file) throws IOException {
    var outputs = new TreeMap<String, String>();
    for (var line : Files.readAllLines(file)) {
      outputs.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
    }
    return outputs;
  }

  private static int status(String method, String path, String token) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(plane.url() + path))
              .header("Authorization", "Bearer " + token)
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build();
      return http.send(request, BodyHandlers.ofString()).statusCode();
    }
  }

  private static String path() {
    var host = github.host().replace(":", "%3A");
    return "/api/v1/pipelines/%s/pull-requests/%d".formatted(host, number);
  }

  @Test
  @Order(1)
  void aJobHasTheEnvironmentMadeAndAwaitsIt() throws Exception {
    var made = step(Map.of());
    assertThat(made.code()).as(made.log()).isZero();
    assertThat(made.outputs())
        .containsEntry("environment", "pr-shop-" + number)
        .containsEntry("phase", "ready")
        .containsKey("url");
    assertThat(made.outputs().get("urls")).startsWith("{\"web\":\"http");
    assertThat(made.log()).contains("::add-mask::");
  }

  @Test
  @Order(2)
  void itAwaitsAndAsksAndDestroys() throws Exception {
    shop.commit("blue", "page", "darker");
    var awaited = step(Map.of("COMMAND", "wait"));
    assertThat(awaited.code()).as(awaited.log()).isZero();
    assertThat(plane.environment("pr-shop-" + number).path("commit").asText())
        .isEqualTo(shop.head(number));
    var destroyed = step(Map.of("COMMAND", "destroy"));
    assertThat(destroyed.code()).as(destroyed.log()).isZero();
    var asked = step(Map.of("COMMAND", "status"));
    assertThat(asked.outputs()).containsEntry("phase", "none").containsEntry("url", "");
    assertThat(step(Map.of()).outputs()).containsEntry("phase", "ready");
  }

  @Test
  @Order(3)
  void whatIsWrongIsSaid() throws Exception {
    check(Map.of("COMMAND", "crate"), "create, wait, status, destroy");
    check(Map.of("SERVER", "ftp://x"), "server has to be a URL");
    check(Map.of("TIMEOUT", "soon"), "timeout has to be a number");
    check(Map.of("TIMEOUT", "Infinity"), "timeout has to be a number");
    check(Map.of("NUMBER", "seven"), "number has to be that of a pull request");
    check(Map.of("APP", "shp", "COMMAND", "status"), "Did you mean");
    check(Map.of("COMMAND", "status", "NUMBER", "99"), "none");
    var none = step(Map.of(), Map.of("ACTIONS_ID_TOKEN_REQUEST_URL", ""));
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.log()).contains("::error::", "id-token: write");
    var away = step(Map.of("SERVER", "http://127.0.0.1:1", "TIMEOUT", "0.02"));
    assertThat(away.code()).isEqualTo(1);
    assertThat(away.log()).contains("http://127.0.0.1:1 cannot be asked");
  }

  private static void check(Map<String, String> inputs, String expected) throws Exception {
    assertThat(step(inputs).log()).contains(expected);
  }

  @Test
  @Order(4)
  void onlyTheRepositoryOfTheTokenIsReached() throws Exception {
    var actions = github.actions();
    assertThat(status("GET", path(), actions.token(shop.path(), plane.url()))).isEqualTo(200);
    var stolen = actions.token(shop.path(), plane.url(), it -> it.put("repository_id", "7"));
    assertThat(status("GET", path(), stolen)).isEqualTo(401);
    assertThat(status("GET", path(), actions.token("evil/shop", plane.url()))).isNotEqualTo(200);
    assertThat(status("DELETE", path(), actions.token(shop.path(), "https://other")))
        .isEqualTo(401);
    assertThat(status("DELETE", path(), "the-token-of-the-api")).isEqualTo(401);
    assertThat(status("DELETE", path(), "")).isEqualTo(401);
    var token = actions.token(shop.path(), plane.url());
    assertThat(status("GET", path() + "?app=shop", token)).isEqualTo(200);
  }
}
