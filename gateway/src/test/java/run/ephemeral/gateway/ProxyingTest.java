package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyingTest {
  private static final String HOST = "pr-shop-1.localhost";
  private static final String GET = "GET / HTTP/1.1|Host: " + HOST + "|";
  private static final String POST = "POST / HTTP/1.1|Host: " + HOST + "|";
  private static final String OK = "HTTP/1.1 200 OK|Content-Length: 2||ok";

  private final Street street = new Street();

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  private static void say(HttpExchange exchange, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void methodPathQueryBodyAndStatusPassUnchanged() throws Exception {
    street.serve(
        exchange -> {
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          var text = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body;
          exchange.getResponseHeaders().set("Location", "http://elsewhere:1/%20x");
          exchange.sendResponseHeaders(302, text.length());
          exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    var answer =
        street.send(
            street.to(HOST, "/a%2Fb/../c?d=%20e&f").method("PATCH", BodyPublishers.ofString("x")));
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.body()).isEqualTo("PATCH /a%2Fb/../c?d=%20e&f x");
    assertThat(answer.headers().firstValue("location")).contains("http://elsewhere:1/%20x");
  }

  @Test
  void aServiceIsFoundOnEitherLoopbackAddress() throws Exception {
    for (var address : List.of("::1", "127.0.0.1", "::1")) {
      var at = new InetSocketAddress(InetAddress.ofLiteral(address), 0);
      var server = HttpServer.create(at, 10);
      server.createContext("/", exchange -> say(exchange, address));
      server.start();
      try {
        street.ready(server.getAddress().getPort());
        for (int i = 0; i < 3; i++) {
          assertThat(street.get(HOST).body()).isEqualTo(address);
        }
      } finally {
        server.stop(0);
      }
    }
  }

  @Test
  void connectionsAreKeptOnBothSides() throws Exception {
    var service =
        street.wire(
            wire -> {
              while (!wire.head().isEmpty()) {
                wire.send(OK);
              }
            });
    street.ready(service.port());
    var wire = street.wire();
    for (int i = 0; i < 50; i++) {
      assertThat(wire.send(GET + "|").head()).startsWith("HTTP/1.1 200 OK");
      assertThat(wire.take(2)).isEqualTo("ok");
    }
    assertThat(service.accepted()).isEqualTo(1);
  }

  @Test
  void requestsSentAheadAreAnsweredInTheirOrder() throws Exception {
    street.serve(
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          say(exchange, exchange.getRequestURI().getPath());
        });
    var wire = street.wire();
    var one = "GET /%d HTTP/1.1|Host: " + HOST + "||";
    var two = "POST /%d HTTP/1.1|Host: " + HOST + "|Content-Length: 5||hello";
    for (int round = 0; round < 20; round++) {
      wire.send(one.formatted(1) + two.formatted(2) + one.formatted(3) + two.formatted(4));
      for (int i = 1; i <= 4; i++) {
        wire.head();
        assertThat(wire.take(2)).isEqualTo("/" + i);
      }
    }
  }

  @Test
  void aRequestArrivesWhileItIsStillBeingSent() throws Exception {
    var arrived = new SynchronousQueue<String>();
    street.serveWire(
        wire -> {
          wire.head();
          for (var chunk = wire.chunk(); !chunk.isEmpty(); chunk = wire.chunk()) {
            arrived.put(chunk);
          }
          wire.send(OK);
        });
    var wire = street.wire().send(POST + "Transfer-Encoding: chunked||");
    for (var part : new String[] {"one", "two", "three"}) {
      wire.send(Integer.toHexString(part.length()) + "|" + part + "|");
      assertThat(arrived.take()).isEqualTo(part);
    }
    assertThat(wire.send("0||").head()).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "text/event-stream"})
  void anAnswerArrivesWhileItIsStillBeingSent(String type) throws Exception {
    var parts = new SynchronousQueue<String>();
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK|Transfer-Encoding: chunked|Content-Type: " + type + "||");
          for (var part = parts.take(); !part.isEmpty(); part = parts.take()) {
            wire.send(Integer.toHexString(part.length()) + "|" + part + "|");
          }
          wire.send("0||");
        });
    var wire = street.wire().send(GET + "|");
    assertThat(wire.head()).contains("transfer-encoding: chunked");
    for (var part : new String[] {"data: one\n\n", "data: two\n\n"}) {
      parts.put(part);
      assertThat(wire.chunk()).isEqualTo(part);
    }
    parts.put("");
    assertThat(wire.chunk()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void tenMegabytesPassBothWays(boolean sized) throws Exception {
    var bytes = new byte[10_000_000];
    new Random(1).nextBytes(bytes);
    street.serve(
        exchange -> {
          var body = exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, sized ? body.length : 0);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    var body = BodyPublishers.ofByteArray(bytes);
    var request = street.to(HOST, "/").POST(sized ? body : BodyPublishers.fromPublisher(body));
    var answer = street.client.send(request.build(), BodyHandlers.ofByteArray());
    assertThat(Arrays.equals(answer.body(), bytes)).isTrue();
  }

  @Test
  void aReaderThatIsSlowHoldsTheServiceBackInsteadOfFillingOurMemory() throws Exception {
    var written = new AtomicLong();
    var block = new byte[64 * 1024];
    int blocks = 1024;
    street.serve(
        exchange -> {
          exchange.sendResponseHeaders(200, (long) blocks * block.length);
          for (int i = 0; i < blocks; i++) {
            exchange.getResponseBody().write(block);
            written.addAndGet(block.length);
          }
          exchange.close();
        });
    var answer = street.client.send(street.to(HOST, "/").build(), BodyHandlers.ofInputStream());
    try (InputStream in = answer.body()) {
      var before = new AtomicLong(-1);
      var steady = new AtomicInteger();
      eventually(
          "the service waits",
          () -> {
            long now = written.get();
            return now == before.getAndSet(now)
                ? now > 0 && steady.incrementAndGet() > 20
                : steady.getAndSet(0) < 0;
          });
      assertThat(written.get()).isLessThan((long) blocks * block.length);
      assertThat(in.transferTo(OutputStream.nullOutputStream()))
          .isEqualTo((long) blocks * block.length);
    }
  }

  @Test
  void aClientThatLeavesIsNoticedByTheService() throws Exception {
    var arrived = new CountDownLatch(1);
    var left = new CountDownLatch(1);
    street.serveWire(
        wire -> {
          wire.head();
          arrived.countDown();
          if (wire.ended()) {
            left.countDown();
          }
        });
    var wire = street.wire().send(GET + "|");
    assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
    wire.close();
    assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aClientThatLeavesInMidAnswerIsNoticedByTheService() throws Exception {
    var left = new CountDownLatch(1);
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK|Transfer-Encoding: chunked||");
          try {
            while (true) {
              wire.send("5|again|");
            }
          } catch (IOException e) {
            left.countDown();
          }
        });
    var wire = street.wire().send(GET + "|");
    wire.head();
    assertThat(wire.chunk()).startsWith("again");
    wire.close();
    assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anEarlyAnswerToALongBodyArrives() throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 401 No|Content-Length: 2|Connection: close||no");
          wire.rest();
        });
    var wire = street.wire().send(POST + "Content-Length: 100000||" + "x".repeat(1000));
    assertThat(wire.head()).startsWith("HTTP/1.1 401 ");
    assertThat(wire.take(2)).isEqualTo("no");
    wire.send("x".repeat(99_000));
    assertThat(wire.send(GET + "|").head()).startsWith("HTTP/1.1 401 ");
  }
}
