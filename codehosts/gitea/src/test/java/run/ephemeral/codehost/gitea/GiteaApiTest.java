package run.ephemeral.codehost.gitea;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.GitSources;

/// What a host may answer that is not well, or not honest.
class GiteaApiTest {
  private static final String TOKEN = "a-token-of-nobody";

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, String> headers = new ConcurrentHashMap<>();
  private final HttpServer server;
  private final GiteaApi api;

  GiteaApiTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api = new GiteaApi("http://localhost:" + server.getAddress().getPort(), TOKEN, http);
  }

  private interface Answer {
    String to(String query) throws IOException;
  }

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    http.close();
  }

  private void answer(int status, Answer answer) {
    server.createContext(
        "/api/v1/",
        exchange -> {
          var query = String.valueOf(exchange.getRequestURI());
          asked.add(query);
          send(exchange, status, answer.to(query).getBytes(UTF_8));
        });
  }

  private void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json;charset=utf-8");
    headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Fault fault() {
    return catchThrowableOfType(FaultException.class, () -> api.all("/x?a=b")).fault();
  }

  private List<Integer> numbers() {
    var numbers = new ArrayList<Integer>();
    for (JsonNode each : api.all("/x?a=b").items()) {
      numbers.add(each.path("number").asInt());
    }
    return numbers;
  }

  private static String page(String query, int total) {
    var page = Integer.parseInt(query.replaceAll(".*&page=", ""));
    var size = Integer.parseInt(query.replaceAll(".*&limit=([0-9]+).*", "$1"));
    return IntStream.rangeClosed((page - 1) * size + 1, Math.min(page * size, total))
        .mapToObj("{\"number\":%d}"::formatted)
        .collect(Collectors.joining(",", "[", "]"));
  }

  @Test
  void allPagesAreReadAlsoWhenTheirNumberIsNotTold() {
    answer(200, query -> page(query, 120));
    assertThat(numbers()).hasSize(120).doesNotHaveDuplicates();
    headers.put("X-Total-Count", "120");
    asked.clear();
    assertThat(numbers()).hasSize(120);
    assertThat(asked).hasSize(3);
    assertThat(api.all("/x?a=b").pages()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "", "{\"message\":\"x\"}", "\"x\"", "7"})
  void whatIsNoListIsNotAnEmptyOne(String body) {
    answer(200, query -> body);
    assertThat(fault().kind()).isEqualTo(Fault.Kind.EXTERNAL);
  }

  @Test
  void aLongTextOfAStrangerIsNotRead() {
    headers.put("X-Total-Count", "1");
    var body = "x".repeat(20 << 20);
    answer(200, query -> "[{\"number\":1,\"body\":\"%s\"}]".formatted(body));
    assertThat(numbers()).containsExactly(1);
  }

  @Test
  void aPageThatIsTooLargeIsReadInSmallerOnes() {
    headers.put("X-Total-Count", "8");
    var body = "x".repeat(9 << 20);
    answer(200, query -> page(query, 8).replace("}", ",\"body\":\"" + body + "\"}"));
    assertThat(numbers()).hasSize(8);
  }

  @Test
  void anAnswerWithTooManyValuesIsNotKept() {
    answer(200, query -> "[" + "{},".repeat(5_000_000) + "{}]");
    assertThat(fault().message()).contains("too large");
  }

  @Test
  void aPageWithMoreThanWasAskedForIsNotBelieved() {
    answer(200, query -> "[" + "{},".repeat(60) + "{}]");
    assertThat(fault().kind()).isEqualTo(Fault.Kind.EXTERNAL);
  }

  @Test
  void deepAndBrokenJsonAndOtherThingsAreRefused() {
    answer(200, query -> "[".repeat(100_000));
    assertThat(fault().kind()).isEqualTo(Fault.Kind.EXTERNAL);
    server.removeContext("/api/v1/");
    headers.put("Content-Type", "text/html");
    answer(200, query -> "<html>");
    assertThat(fault().message()).contains("is this a Gitea or Forgejo?");
  }

  @Test
  void anEndlessListEnds() {
    answer(200, query -> page(query, Integer.MAX_VALUE / 2));
    assertThat(fault().message()).contains("more than 5000 items");
  }

  /// Each reading of two pages misses another pull request, as when many are closed.
  @Test
  void aListThatChangesWhileItIsReadIsNotBelieved(@TempDir Path folder) {
    var readings = new AtomicInteger();
    headers.put("X-Total-Count", "60");
    answer(
        200,
        query -> {
          if (query.endsWith("&page=1")) {
            readings.incrementAndGet();
          }
          return query.contains("sort=oldest")
              ? page(query, 60).replace(":%d}".formatted(50 + readings.get()), ":1}")
              : "{\"default_branch\":\"main\",\"number\":1}";
        });
    var url = "http://localhost:" + server.getAddress().getPort();
    try (var sources = new GitSources(folder)) {
      var host =
          new GiteaCodeHost("gitea", url, TOKEN, api, Optional.empty(), sources, Duration.ZERO);
      var app =
          new App(
              new AppName("shop"),
              "shop",
              new RepositoryName("gitea", "acme/shop"),
              url + "/acme/shop",
              "",
              Instant.EPOCH,
              Optional.empty(),
              Optional.empty());
      var fault = catchThrowableOfType(FaultException.class, () -> host.look(app)).fault();
      assertThat(fault.message()).contains("change while they are read");
    }
  }

  @Test
  void aMessageIsOneShortLine() {
    answer(
        403, query -> "{\"message\":\"no\\n\\u001b[31mred\\u0000%s\"}".formatted("x".repeat(9999)));
    assertThat(fault().message()).hasSizeLessThan(500).doesNotContainPattern("\\p{Cc}");
    assertThat(fault().kind()).isEqualTo(Fault.Kind.USER);
  }

  @Test
  void aRedirectIsNotFollowedAndTheTokenGoesNowhere() {
    var elsewhere = new CopyOnWriteArrayList<String>();
    server.createContext(
        "/elsewhere",
        exchange -> {
          elsewhere.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          send(exchange, 200, "[]".getBytes(UTF_8));
        });
    headers.put(
        "Location", "http://localhost:%d/elsewhere".formatted(server.getAddress().getPort()));
    answer(307, query -> "");
    assertThat(fault().message()).contains("has another name now").doesNotContain(TOKEN);
    assertThat(elsewhere).isEmpty();
  }
}
