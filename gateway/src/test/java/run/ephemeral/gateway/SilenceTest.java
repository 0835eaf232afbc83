package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A client or service that is silent for too long is disconnected, and delays nobody else.
final class SilenceTest {
  private static final String HOST = "pr-shop-1.localhost";
  private static final String GET = "GET / HTTP/1.1|Host: " + HOST + "|";
  private static final String POST = "POST / HTTP/1.1|Host: " + HOST + "|";
  private static final String OK = "HTTP/1.1 200 OK|Content-Length: 2||ok";
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofMinutes(10);

  private Street street = new Street(GatewayConfig.Limits.usual().withIdle(SHORT, SHORT));

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  private void othersAreServedUntilItEnds(Wire wire) throws Exception {
    for (boolean open = true; open; open = drips(wire, "X")) {
      eventually("another one is served", this::isServed);
    }
  }

  private boolean isServed() {
    try (var wire = Wire.to(street.gateway.port())) {
      return wire.send(GET + "|").head().startsWith("HTTP/1.1 200 ");
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean drips(Wire wire, String drop) {
    try {
      wire.send(drop);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "G", "GET / HTTP/1.1|Host: " + HOST + "|X-Slow: "})
  void aHeadThatComesInDropsIsNotWaitedForForever(String begun) throws Exception {
    street.close();
    street = new Street(GatewayConfig.Limits.usual().withIdle(SHORT, LONG));
    street.ready(Street.portOf(street.says("there")));
    othersAreServedUntilItEnds(street.wire().send(begun));
  }

  @Test
  void aConnectionOnWhichNobodyAsksIsClosed() throws Exception {
    street.ready(Street.portOf(street.says("there")));
    var wire = street.wire().send(GET + "|");
    assertThat(wire.head()).startsWith("HTTP/1.1 200 ");
    assertThat(wire.take(5)).isEqualTo("there");
    assertThat(wire.ended()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 10||half",
        "Transfer-Encoding: chunked||a|half",
        "Transfer-Encoding: chunked||4|half|",
        "Transfer-Encoding: chunked||"
      })
  void aBodyThatStopsIsNotWaitedForForever(String body) throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.rest();
        });
    var answer = street.wire().send(POST + body).rest();
    assertThat(answer).startsWith("HTTP/1.1 408 ").contains("did not come");
  }

  @Test
  void aServiceThatNeverAnswersIsSaidToBeSilent() throws Exception {
    var left = new CountDownLatch(1);
    street.serveWire(
        wire -> {
          wire.head();
          wire.rest();
          left.countDown();
        });
    var wire = street.wire().send(GET + "|");
    assertThat(wire.head()).startsWith("HTTP/1.1 504 ");
    eventually("it was let go of", () -> left.getCount() == 0);
  }

  @Test
  void aServiceThatDoesNotReadIsSaidToBeSilent() throws Exception {
    street.serveWire(wire -> new CountDownLatch(1).await());
    var wire = street.wire().send(POST + "Content-Length: 100000000||");
    var block = "x".repeat(100_000);
    Thread.ofVirtual()
        .start(
            () -> {
              for (boolean open = true; open; ) {
                open = drips(wire, block);
              }
            });
    assertThat(wire.head()).startsWith("HTTP/1.1 504 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 10||half", "Transfer-Encoding: chunked||4|half|"})
  void anAnswerThatStopsIsCut(String body) throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK|" + body);
          wire.rest();
        });
    var wire = street.wire().send(GET + "|");
    wire.head();
    assertThat(wire.rest()).contains("half").doesNotContain("0\r\n\r\n");
  }

  @Test
  void aReaderThatStopsIsLetGoOf() throws Exception {
    var left = new CountDownLatch(1);
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK||");
          while (drips(wire, "x".repeat(100_000))) {}
          left.countDown();
        });
    street.wire().send(GET + "|");
    eventually("the service was let go of", () -> left.getCount() == 0);
  }

  @Test
  void aQuietMinuteIsNothingWhenMoreIsAllowed() throws Exception {
    street.close();
    street = new Street(GatewayConfig.Limits.usual().withIdle(SHORT, LONG));
    var go = new CountDownLatch(1);
    street.serveWire(
        wire -> {
          wire.head();
          go.await();
          wire.send(OK);
        });
    var asking = street.wire().send(GET + "|");
    var idle = street.wire();
    assertThat(idle.ended()).isTrue();
    go.countDown();
    assertThat(asking.head()).startsWith("HTTP/1.1 200 ");
  }
}
