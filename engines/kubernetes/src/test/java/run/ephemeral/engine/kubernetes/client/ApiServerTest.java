package run.ephemeral.engine.kubernetes.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Servers that are busy, break, or are not what they should be.
class ApiServerTest {
  private static final int LOST = 0;
  private static final ObjectNode OBJECT = JsonNodeFactory.instance.objectNode();

  private final ToldServer server;
  private final ApiServer api;

  ApiServerTest() throws Exception {
    server = new ToldServer();
    api = server.client(new Kubeconfig.User.WithToken("one"));
  }

  @AfterEach
  void close() {
    api.close();
    server.close();
  }

  private static ApiException failure(ApiServer api, Consumer<ApiServer> request) {
    return catchThrowableOfType(ApiException.class, () -> request.accept(api));
  }

  private void check(Consumer<ApiServer> request, String... requests) {
    request.accept(api);
    assertThat(server.requests).containsExactly(requests);
    server.requests.clear();
  }

  private void refused(Consumer<ApiServer> request, String why, String... requests) {
    assertThat(failure(api, request)).hasMessage(why.replace("HERE", server.address()));
    assertThat(server.requests).containsExactly(requests);
    server.requests.clear();
  }

  @Test
  void aServerThatCountsRequestsIsAskedAgain() {
    server.then(429, "", "Retry-After: 1").then(429, "");
    check(it -> it.create("/pods", OBJECT), "POST /pods", "POST /pods", "POST /pods");
    server.then(429, "{}", "Retry-After: 1");
    check(it -> it.lines("/log", Map.of(), 1), "GET /log", "GET /log");
  }

  @Test
  void aServerThatIsUnavailableIsAskedAgainUnlessItMayHaveCreatedSomething() {
    server.then(503, "");
    check(it -> it.apply("/x", OBJECT), "PATCH /x", "PATCH /x");
    server.then(500, "", "Retry-After: 1").then(504, "", "Retry-After: 1");
    check(it -> it.get("/x"), "GET /x", "GET /x", "GET /x");
    server.then(503, "upstream connect error");
    refused(
        it -> it.create("/x", OBJECT),
        "the API server at HERE answered 503: upstream connect error",
        "POST /x");
    server.then(500, "{\"message\":\"Internal error occurred: failed calling webhook\"}");
    refused(
        it -> it.apply("/x", OBJECT),
        "the API server at HERE answered 500: Internal error occurred: failed calling webhook",
        "PATCH /x");
  }

  @Test
  void nobodyWaitsLongerThanForOneAnswer() {
    server.then(429, "{\"message\":\"too many requests\"}", "Retry-After: 60");
    refused(it -> it.get("/x"), "the API server at HERE answered 429: too many requests", "GET /x");
    server.then(429, "", "Retry-After: 7");
    var watch = failure(api, it -> it.stream("/pods", Map.of(), Duration.ofSeconds(5)));
    assertThat(watch.retryAfter()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void aRequestWhoseAnswerIsLostIsSentOnceMoreUnlessItCreates() {
    server.then(LOST, "");
    check(it -> it.merge("/x", OBJECT), "PATCH /x", "PATCH /x");
    server.then(LOST, "");
    check(it -> it.delete("/x", "uid"), "DELETE /x", "DELETE /x");
    server.then(LOST, "");
    refused(
        it -> it.create("/x", OBJECT),
        "the API server at HERE does not answer: it ended the connection before its answer",
        "POST /x");
    server.then(LOST, "").then(LOST, "");
    refused(
        it -> it.merge("/x", OBJECT),
        "the API server at HERE does not answer: it ended the connection before its answer",
        "PATCH /x",
        "PATCH /x");
  }

  @Test
  void aServerThatIsNotTheClustersIsNamed() throws Exception {
    try (var old = new ToldServer("-startdate", "-3d", "-validity", "1");
        var client = old.client(new Kubeconfig.User.WithToken("one"))) {
      assertThat(failure(client, it -> it.get("/x")))
          .hasMessageEndingWith(
              "does not answer: its certificate has expired; the cluster's administrator has to"
                  + " renew it");
    }
  }

  @Test
  void aServerFromTheFutureIsNamed() throws Exception {
    try (var early = new ToldServer("-startdate", "+1d", "-validity", "9");
        var client = early.client(new Kubeconfig.User.WithToken("one"))) {
      assertThat(failure(client, it -> it.get("/x")))
          .hasMessageEndingWith(
              "does not answer: its certificate is not valid yet; a clock is wrong, there or here");
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsNamed() throws Exception {
    try (var other = new ToldServer("-validity", "8");
        var client = other.client(new Kubeconfig.User.WithToken("one"), server)) {
      assertThat(failure(client, it -> it.get("/x")))
          .hasMessageEndingWith(
              "does not answer: its certificate is not signed by the authority of the kubeconfig"
                  + " (`certificate-authority-data`)");
    }
  }
}
