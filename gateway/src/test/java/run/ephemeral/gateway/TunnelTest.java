package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.gateway.Street.SHOP;
import static run.ephemeral.gateway.Street.WEB;
import static run.ephemeral.gateway.Street.portOf;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Connections that switch from HTTP to another protocol, with Vert.x at both ends.
final class TunnelTest {
  private static final int FRAME = 4_000_000;

  private final Street street = new Street();
  private final Vertx vertx = Vertx.vertx();
  private final WebSocketClient client =
      vertx.createWebSocketClient(
          new WebSocketClientOptions()
              .setMaxFrameSize(FRAME)
              .setMaxMessageSize(FRAME)
              .setTryUsePerMessageCompression(true));
  private final CompletableFuture<Integer> serverClosed = new CompletableFuture<>();

  @AfterEach
  void close() throws Exception {
    street.close();
    wait(vertx.close());
  }

  private static <T> T wait(io.vertx.core.Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private HttpServer echo() throws Exception {
    var server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setMaxWebSocketFrameSize(FRAME)
                    .setMaxWebSocketMessageSize(FRAME)
                    .setPerMessageWebSocketCompressionSupported(true)
                    .addWebSocketSubProtocol("chat"))
            .webSocketHandler(
                socket -> {
                  socket.textMessageHandler(text -> socket.writeTextMessage(text));
                  socket.binaryMessageHandler(bytes -> socket.writeBinaryMessage(bytes));
                  socket.closeHandler(
                      _ -> serverClosed.complete(socket.closeStatusCode() == null ? 0 : 1));
                })
            .requestHandler(request -> request.response().setStatusCode(403).end("no socket here"));
    wait(server.listen(0, "127.0.0.1"));
    street.ready(server.actualPort());
    return server;
  }

  private WebSocket connect() throws Exception {
    return wait(
        client.connect(
            new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(street.gateway.port())
                .setURI("/chat?x")
                .addSubProtocol("chat")
                .putHeader("Host", "pr-shop-1.localhost")));
  }

  @Test
  void messagesPassBothWays() throws Exception {
    echo();
    var socket = connect();
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    socket.textMessageHandler(heard::add);
    assertThat(socket.subProtocol()).isEqualTo("chat");
    for (var text : new String[] {"hello", "", "x".repeat(3_000_000)}) {
      wait(socket.writeTextMessage(text));
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(text);
    }
  }

  @Test
  void aClientThatLeavesIsNoticed() throws Exception {
    echo();
    wait(connect().close());
    assertThat(serverClosed.get(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void anOldProcessesSocketsAreClosedAsGoingAway() throws Exception {
    var server = echo();
    var socket = connect();
    var code = new CompletableFuture<Short>();
    socket.closeHandler(_ -> code.complete(socket.closeStatusCode()));
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    socket.textMessageHandler(heard::add);
    wait(socket.writeTextMessage("hello"));
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
    street.gateway.route(SHOP, WEB, portOf(street.says("new")));
    street.gateway.drain(server.actualPort(), Duration.ofSeconds(10));
    assertThat(code.get(10, TimeUnit.SECONDS)).isEqualTo((short) 1001);
    assertThat(street.get("pr-shop-1.localhost").body()).isEqualTo("new");
  }

  @Test
  void aRefusedUpgradeIsAnsweredAsTheServiceSaid() throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 403 Forbidden|X-Why: me|Content-Length: 3||no!");
          wire.head();
        });
    var wire =
        street
            .wire()
            .send(
                "GET / HTTP/1.1|Host: pr-shop-1.localhost|Connection: Upgrade|Upgrade: websocket|"
                    + "Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==||");
    assertThat(wire.head()).startsWith("HTTP/1.1 403 ").contains("X-Why: me");
    assertThat(wire.take(3)).isEqualTo("no!");
  }

  @Test
  void anyProtocolMayFollowButHttp2() throws Exception {
    street.serveWire(
        wire -> {
          if (!wire.head().contains("upgrade: lines")) {
            wire.send("HTTP/1.1 200 OK|Content-Length: 0||");
            return;
          }
          wire.send("HTTP/1.1 101 Switching Protocols|Connection: upgrade|Upgrade: lines||first|");
          for (var line = wire.line(); !line.isEmpty(); line = wire.line()) {
            wire.send(line + "!|");
          }
        });
    var head = "GET / HTTP/1.1|Host: pr-shop-1.localhost|Connection: Upgrade|Upgrade: %s||";
    var wire = street.wire().send(head.formatted("lines"));
    assertThat(wire.head()).startsWith("HTTP/1.1 101 ").containsIgnoringCase("upgrade: lines");
    assertThat(wire.line()).isEqualTo("first");
    assertThat(wire.send("hello|").line()).isEqualTo("hello!");
    assertThat(wire.send("|").ended()).isTrue();
    assertThat(street.wire().send(head.formatted("h2c")).head()).startsWith("HTTP/1.1 200");
  }

  @Test
  void aFrameIsFinishedBeforeTheSocketIsClosedAsGoingAway() throws Exception {
    var go = new CountDownLatch(1);
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 101 Switching Protocols|Connection: upgrade|Upgrade: websocket||");
          wire.raw("\u0082\u0005hel");
          go.await();
          wire.raw("lo");
          wire.rest();
        });
    int old = street.gateway.routed(SHOP, WEB).orElseThrow();
    var wire =
        street
            .wire()
            .send(
                "GET / HTTP/1.1|Host: pr-shop-1.localhost|Connection: Upgrade|Upgrade:"
                    + " websocket||");
    wire.head();
    assertThat(wire.take(5)).isEqualTo("\u0082\u0005hel");
    street.gateway.route(SHOP, WEB, portOf(street.says("new")));
    var drain =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    street.gateway.drain(old, Duration.ofSeconds(10));
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    go.countDown();
    assertThat(wire.take(2)).isEqualTo("lo");
    assertThat(wire.rest()).isEqualTo("\u0088\u0002\u0003\u00e9");
    drain.join();
  }

  @Test
  void aServiceThatSwitchesUnaskedIsABadGateway() throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 101 Switching Protocols|Connection: upgrade|Upgrade: lines||");
          wire.rest();
        });
    assertThat(street.get("pr-shop-1.localhost").statusCode()).isEqualTo(502);
  }
}
