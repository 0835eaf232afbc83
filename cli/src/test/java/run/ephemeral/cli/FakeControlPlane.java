package run.ephemeral.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import run.ephemeral.cli.api.Json;
import run.ephemeral.wire.CommandAnswer;
import run.ephemeral.wire.EnvironmentView;
import run.ephemeral.wire.Problem;

/// A control plane that runs nothing: it serves the API over real HTTP with answers set by the
/// test, and records all requests.
final class FakeControlPlane implements AutoCloseable {
  private static final String END = "END";

  private final HttpServer server;
  private final Map<String, Function<JsonNode, Object>> answers = new ConcurrentHashMap<>();
  private final Map<String, List<String>> streams = new ConcurrentHashMap<>();
  private final Set<String> broken = ConcurrentHashMap.newKeySet();
  private final List<BlockingQueue<String>> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, EnvironmentView> environments = new ConcurrentSkipListMap<>();

  /// Received requests, such as `POST /environments/x/commands {"command":"sleep"}`.
  final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

  FakeControlPlane() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/api/v1", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  FakeControlPlane having(EnvironmentView... present) {
    for (var environment : present) {
      environments.put(environment.name(), environment);
    }
    return this;
  }

  FakeControlPlane without(String environment) {
    environments.remove(environment);
    return this;
  }

  /// @param request such as `GET /status`
  FakeControlPlane answering(String request, Object answer) {
    answers.put(request, body -> answer);
    return this;
  }

  FakeControlPlane doing(String request, Function<JsonNode, Object> answer) {
    answers.put(request, answer);
    return this;
  }

  /// Answers with a stream that sends these messages and ends.
  FakeControlPlane streaming(String request, String event, Object... messages) {
    var all = new ArrayList<String>();
    for (var message : messages) {
      all.add(sse(event, message));
    }
    streams.put(request, all);
    return this;
  }

  /// Answers with a stream that sends these messages and breaks, as when the control plane dies.
  FakeControlPlane breaking(String request, String event, Object... messages) {
    broken.add(request);
    return streaming(request, event, messages);
  }

  /// Sends to all clients of `/stream`.
  void tell(String event, Object record) {
    listeners.forEach(listener -> listener.add(sse(event, record)));
  }

  /// Sets the environment's state and sends it to the streams.
  void become(EnvironmentView environment) {
    having(environment);
    tell("environment", environment);
  }

  void hangUp() {
    listeners.forEach(listener -> listener.add(END));
  }

  static CommandAnswer answer(String text, EnvironmentView environment) {
    return new CommandAnswer(text, environment);
  }

  static Problem problem(int status, String detail) {
    return new Problem("about:blank", "no", status, detail, "user");
  }

  private static String sse(String event, Object record) {
    var json = new String(Json.write(record), StandardCharsets.UTF_8);
    return "event: %s\ndata: %s\n\n".formatted(event, json);
  }

  private void handle(HttpExchange exchange) throws IOException {
    var uri = exchange.getRequestURI().toString().substring("/api/v1".length());
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var request = exchange.getRequestMethod() + " " + uri;
    requests.add(body.isEmpty() ? request : request + " " + body);
    if (uri.startsWith("/stream")) {
      listen(exchange);
    } else if (streams.containsKey(request)) {
      var isBroken = broken.contains(request);
      begin(exchange, isBroken ? 1 << 20 : 0);
      var out = exchange.getResponseBody();
      for (var message : streams.get(request)) {
        out.write(message.getBytes(StandardCharsets.UTF_8));
      }
      out.flush();
      exchange.close();
    } else {
      reply(exchange, answerTo(request, body));
    }
  }

  private Object answerTo(String request, String body) throws IOException {
    var known = answers.get(request);
    if (known != null) {
      return known.apply(Json.parse(body));
    }
    if (request.equals("GET /environments") || request.startsWith("GET /environments?")) {
      return List.copyOf(environments.values());
    }
    var name = request.substring(request.lastIndexOf('/') + 1);
    return request.startsWith("GET /environments/") && environments.containsKey(name)
        ? environments.get(name)
        : problem(404, "there is nothing at " + request);
  }

  private static void reply(HttpExchange exchange, Object answer) throws IOException {
    var status = answer instanceof Problem problem ? problem.status() : 200;
    var bytes = Json.write(answer);
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /// @param length 0 when unknown; the stream breaks if it is more than the bytes that follow
  private static void begin(HttpExchange exchange, long length) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, length);
    exchange.getResponseBody().write(": hello\n\n".getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  private void listen(HttpExchange exchange) throws IOException {
    var queue = new LinkedBlockingQueue<String>();
    environments.values().forEach(each -> queue.add(sse("environment", each)));
    listeners.add(queue);
    begin(exchange, 0);
    try (var out = exchange.getResponseBody()) {
      for (var next = queue.take(); !next.equals(END); next = queue.take()) {
        out.write(next.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      listeners.remove(queue);
    }
  }

  @Override
  public void close() {
    hangUp();
    server.stop(0);
  }
}
