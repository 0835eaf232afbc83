package run.ephemeral.testkit.github;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import run.ephemeral.core.Digest;
import run.ephemeral.testkit.github.Description.Operation;

/// The HTTP of the test GitHub: its API, its git, and the pages where an App is made.
final class Server implements AutoCloseable {
  private static final String API = "/api/v3";
  private static final Duration VALID = Duration.ofHours(1);

  private final GitHub hub;
  private final HttpServer server;
  private final Answers answers;
  private final Login login;

  /// The repository of each token of an installation.
  private final Map<String, String> tokens = new ConcurrentHashMap<>();

  Server(GitHub hub) {
    this.hub = hub;
    answers = new Answers(hub, this::token);
    login = new Login(hub, tokens);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(API + "/", exchange -> guarded(exchange, this::api));
    server.createContext("/settings/apps/new", exchange -> guarded(exchange, this::makeApp));
    server.createContext("/organizations/", exchange -> guarded(exchange, this::makeApp));
    server.createContext(Actions.ISSUER + "/", exchange -> guarded(exchange, hub.actions()::serve));
    server.createContext(
        "/", exchange -> guarded(exchange, it -> GitHttp.serve(it, hub, login.ofGit(it))));
    server.start();
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private void guarded(HttpExchange exchange, Handler handler) throws IOException {
    try (exchange) {
      handler.handle(exchange);
    } catch (RuntimeException | Error e) {
      hub.problems.add(exchange.getRequestURI() + ": " + e);
      exchange.sendResponseHeaders(500, -1);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void revoke() {
    tokens.clear();
  }

  private String token(String repository) {
    var token = "ghs_" + UUID.randomUUID().toString().replace("-", "");
    tokens.put(token, repository);
    return token;
  }

  /// As a person who presses the button at once: GitHub leads back with a code.
  private void makeApp(HttpExchange exchange) throws IOException {
    var form = query(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    var manifest = GitHub.JSON.readTree(form.getOrDefault("manifest", "{}"));
    var state = query(String.valueOf(exchange.getRequestURI().getRawQuery())).get("state");
    Optional.of(manifest.at("/hook_attributes/url"))
        .filter(JsonNode::isTextual)
        .ifPresent(url -> hub.hook(url.asText()));
    for (var wanted : manifest.path("default_permissions").properties()) {
      hub.grant(wanted.getKey(), wanted.getValue().asText());
    }
    var back = manifest.path("redirect_url").asText();
    exchange
        .getResponseHeaders()
        .set("Location", "%s?code=%s&state=%s".formatted(back, Answers.CODE, state));
    exchange.sendResponseHeaders(302, -1);
  }

  static Map<String, String> query(String text) {
    var all = new HashMap<String, String>();
    for (var part : text.split("&", -1)) {
      var equals = part.indexOf('=');
      if (equals > 0) {
        all.put(part.substring(0, equals), URLDecoder.decode(part.substring(equals + 1), UTF_8));
      }
    }
    return all;
  }

  private void api(HttpExchange exchange) throws IOException {
    var method = exchange.getRequestMethod();
    var path = exchange.getRequestURI().getRawPath().substring(API.length());
    var found = hub.description.find(method, path);
    if (found.isEmpty()) {
      hub.problems.add("there is no " + method + " " + path);
      send(exchange, 404, "", Answers.message("Not Found"));
      return;
    }
    var operation = found.get();
    var text = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    var body =
        text.isEmpty() ? Optional.<JsonNode>empty() : Optional.of(GitHub.JSON.readTree(text));
    var query = query(String.valueOf(exchange.getRequestURI().getRawQuery()));
    var limit = hub.limit;
    if (limit.isPresent()) {
      limit.get().headers().forEach(exchange.getResponseHeaders()::set);
      send(
          exchange,
          limit.get().status(),
          operation.name(),
          Answers.message("secondary rate limit"));
      return;
    }
    var refusal = login.refusal(operation, exchange);
    if (refusal.isPresent()) {
      send(exchange, refusal.get().status(), operation.name(), refusal.get().body());
      return;
    }
    hub.problems.addAll(hub.description.problems(operation, query, body));
    answer(exchange, operation, query, body);
  }

  private void answer(
      HttpExchange exchange,
      Operation operation,
      Map<String, String> query,
      Optional<JsonNode> body)
      throws IOException {
    Answers.Answer answer;
    synchronized (hub) {
      answer = answers.to(operation, query, body);
    }
    if (answer.status() < 300 && !answer.body().isMissingNode()) {
      hub.problems.addAll(hub.description.problems(operation, answer.status(), answer.body()));
    }
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    var tag = "W/\"%s\"".formatted(Digest.of(answer.body().toString()).hex());
    if (exchange.getRequestMethod().equals("GET") && answer.status() == 200) {
      exchange.getResponseHeaders().set("ETag", tag);
      if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
        send(exchange, 304, operation.name(), GitHub.JSON.missingNode());
        return;
      }
    }
    send(exchange, answer.status(), operation.name(), answer.body());
  }

  private void send(HttpExchange exchange, int status, String name, JsonNode body)
      throws IOException {
    hub.requests.add(name + " " + status);
    var headers = exchange.getResponseHeaders();
    headers.set("X-GitHub-Enterprise-Version", "3.19.0");
    headers.set(
        "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().atZone(ZoneOffset.UTC)));
    if (body.isMissingNode()) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    headers.set("Content-Type", "application/json; charset=utf-8");
    var bytes = body.toString().getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  static Instant end() {
    return Repository.now().plus(VALID);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
