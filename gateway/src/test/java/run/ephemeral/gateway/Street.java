package run.ephemeral.gateway;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.gateway.Notice;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// A gateway with services behind it and a client in front.
final class Street implements AutoCloseable {
  static final EnvironmentName SHOP = new EnvironmentName("pr-shop-1");
  static final ComponentName WEB = new ComponentName("web");
  static final ComponentName API = new ComponentName("api");
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  static {
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host,connection,expect");
  }

  final ConcurrentLinkedQueue<EnvironmentName> woken = new ConcurrentLinkedQueue<>();
  final Gateway gateway;
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Closeable> closing = new ArrayList<>();
  volatile Instant now = NOW;
  private volatile Runnable onWake = () -> {};

  Street() {
    this(GatewayConfig.Limits.usual());
  }

  Street(GatewayConfig.Limits limits) {
    gateway =
        new Gateway(
            GatewayConfig.local(0).withLimits(limits),
            name -> {
              woken.add(name);
              onWake.run();
            },
            () -> now);
    gateway.start();
  }

  void onWake(Runnable then) {
    onWake = then;
  }

  static Notice notice(Phase phase, String... open) {
    return new Notice(
        phase,
        Optional.of(WEB),
        Arrays.stream(open).map(ComponentName::new).collect(Collectors.toSet()),
        "The headline.",
        List.of(new Notice.Detail(WEB, "a detail")),
        List.of("a log line"));
  }

  /// An environment that is ready, with `web` at the port.
  Street ready(int port) {
    gateway.show(SHOP, notice(Phase.READY, "web"));
    gateway.route(SHOP, WEB, port);
    return this;
  }

  Street serve(HttpHandler handler) throws IOException {
    return ready(service(handler).getAddress().getPort());
  }

  Street serveWire(Wire.Serve serve) throws IOException {
    return ready(wire(serve).port());
  }

  Wire.Server wire(Wire.Serve serve) throws IOException {
    var server = new Wire.Server(serve);
    closing.add(server);
    return server;
  }

  HttpServer service(HttpHandler handler) throws IOException {
    var server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1000);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", handler);
    server.start();
    closing.add(() -> server.stop(0));
    return server;
  }

  /// Answers every request with the text.
  HttpServer says(String text) throws IOException {
    return service(
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          var bytes = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  static int portOf(HttpServer server) {
    return server.getAddress().getPort();
  }

  HttpRequest.Builder to(String host, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
        .header("Host", host);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String host) throws Exception {
    return send(to(host, "/"));
  }

  Wire wire() throws IOException {
    var wire = Wire.to(gateway.port());
    closing.add(wire);
    return wire;
  }

  @Override
  public void close() throws IOException {
    client.shutdownNow();
    gateway.close();
    for (var one : closing) {
      one.close();
    }
  }
}
