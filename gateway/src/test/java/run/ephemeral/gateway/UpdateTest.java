package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.gateway.Street.SHOP;
import static run.ephemeral.gateway.Street.WEB;
import static run.ephemeral.gateway.Street.notice;
import static run.ephemeral.gateway.Street.portOf;
import static run.ephemeral.testkit.Eventually.eventually;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.ephemeral.core.environment.Phase;

/// Services are replaced: a visitor gets the old or the new one, never a gap.
final class UpdateTest {
  private static final String HOST = "pr-shop-1.localhost";
  private static final String GET = "GET / HTTP/1.1|Host: " + HOST + "||";
  private static final String OK = "HTTP/1.1 200 OK|Content-Length: 2||ok";
  private static final Duration LONG = Duration.ofSeconds(10);

  private final Street street = new Street();

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  @Test
  void noRequestFailsWhileOneProcessIsSwappedForTheNext() throws Exception {
    var server = street.says("0");
    street.ready(portOf(server));
    var failures = new ConcurrentLinkedQueue<String>();
    var answered = new AtomicInteger();
    var over = new AtomicBoolean();
    List<Thread> visitors = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      boolean posts = i % 2 == 0;
      visitors.add(Thread.ofVirtual().start(() -> visit(posts, over, answered, failures)));
    }
    for (int round = 1; round <= 20; round++) {
      int before = answered.get();
      eventually("visitors come", () -> answered.get() > before + 50 || !failures.isEmpty());
      var next = street.says(Integer.toString(round));
      int old = portOf(server);
      street.gateway.route(SHOP, WEB, portOf(next));
      street.gateway.drain(old, LONG);
      server.stop(0);
      server = next;
    }
    over.set(true);
    for (var visitor : visitors) {
      visitor.join();
    }
    assertThat(failures).isEmpty();
    assertThat(answered.get()).isGreaterThan(1000);
  }

  private void visit(
      boolean posts,
      AtomicBoolean over,
      AtomicInteger answered,
      ConcurrentLinkedQueue<String> bad) {
    while (!over.get() && bad.isEmpty()) {
      try {
        var to = street.to(HOST, "/");
        var answer = street.send(posts ? to.POST(BodyPublishers.ofString("hello")) : to);
        if (answer.statusCode() != 200) {
          bad.add(answer.toString() + answer.body());
        }
        answered.incrementAndGet();
      } catch (Exception e) {
        bad.add(e.toString());
      }
    }
  }

  @Test
  void drainingWaitsForWhatIsUnderWay() throws Exception {
    var arrived = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    street.serveWire(
        wire -> {
          wire.head();
          arrived.countDown();
          go.await();
          wire.send(OK);
          wire.head();
        });
    int old = street.gateway.routed(SHOP, WEB).orElseThrow();
    var wire = street.wire().send(GET);
    arrived.await();
    street.gateway.route(SHOP, WEB, portOf(street.says("new")));
    var drained = new CountDownLatch(1);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                street.gateway.drain(old, LONG);
                drained.countDown();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    assertThat(street.get(HOST).body()).isEqualTo("new");
    assertThat(drained.getCount()).isEqualTo(1);
    go.countDown();
    assertThat(wire.head()).startsWith("HTTP/1.1 200");
    assertThat(drained.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void drainingEndsWhenItsTimeIsUp() throws Exception {
    var arrived = new CountDownLatch(1);
    street.serveWire(
        wire -> {
          wire.head();
          arrived.countDown();
          wire.rest();
        });
    street.wire().send(GET);
    arrived.await();
    street.gateway.drain(street.gateway.routed(SHOP, WEB).orElseThrow(), Duration.ofMillis(20));
    street.gateway.drain(1, LONG);
  }

  @Test
  void keptConnectionsToADrainedPortAreClosed() throws Exception {
    var closed = new CountDownLatch(1);
    street.serveWire(
        wire -> {
          wire.head();
          wire.send(OK);
          wire.rest();
          closed.countDown();
        });
    int old = street.gateway.routed(SHOP, WEB).orElseThrow();
    assertThat(street.get(HOST).body()).isEqualTo("ok");
    street.gateway.unroute(SHOP, WEB);
    street.gateway.drain(old, LONG);
    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anEventStreamDoesNotKeepAnOldProcess() throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK|Content-Type: text/event-stream||data: 1\n\n");
          wire.rest();
        });
    int old = street.gateway.routed(SHOP, WEB).orElseThrow();
    var wire = street.wire().send(GET);
    wire.head();
    assertThat(wire.chunk()).startsWith("data: 1");
    street.gateway.route(SHOP, WEB, portOf(street.says("new")));
    street.gateway.drain(old, LONG);
    assertThat(wire.ended()).isTrue();
  }

  @Test
  void aRouteBackToADrainedPortServesAgain() throws Exception {
    int port = portOf(street.says("here"));
    street.ready(port);
    street.gateway.drain(port, LONG);
    street.gateway.route(SHOP, WEB, port);
    assertThat(street.get(HOST).body()).isEqualTo("here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 100||half", "Transfer-Encoding: chunked||4|half|"})
  void aServiceThatDiesInMidAnswerIsNeverTakenForItsEnd(String body) throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK|" + body);
        });
    var wire = street.wire().send(GET);
    wire.head();
    assertThat(wire.rest()).contains("half").doesNotContain("0\r\n\r\n");
  }

  @Test
  void anOldClientSeesThatAnAnswerWasCut() throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK|Transfer-Encoding: chunked||4|half|");
        });
    var wire = street.wire().send("GET / HTTP/1.0|Host: " + HOST + "||");
    org.assertj.core.api.Assertions.assertThatThrownBy(wire::rest).hasMessageContaining("reset");
  }

  @Test
  void aServiceThatHangsUpOnAKeptConnectionIsAskedAgain() throws Exception {
    var service =
        street.wire(
            wire -> {
              wire.head();
              wire.send(OK);
              wire.head();
            });
    street.ready(service.port());
    for (int i = 0; i < 10; i++) {
      assertThat(street.get(HOST).body()).isEqualTo("ok");
    }
    assertThat(service.accepted()).isGreaterThanOrEqualTo(10);
  }

  @Test
  void aRequestThatFoundNobodyGoesWhereTheRouteLeadsNext() throws Exception {
    int nobody = portOf(street.says("x"));
    var gone = street.wire(_ -> {});
    int dead = gone.port();
    gone.close();
    street.ready(dead);
    var answer = new ConcurrentLinkedQueue<String>();
    var visitor =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    var to = street.to(HOST, "/").POST(BodyPublishers.ofString("hello"));
                    answer.add(street.send(to).body());
                  } catch (Exception e) {
                    answer.add(e.toString());
                  }
                });
    street.gateway.route(SHOP, WEB, nobody);
    visitor.join();
    assertThat(answer).containsExactly("x");
  }

  @Test
  void aRequestThatFoundNobodyWaitsOnceTheRouteIsGone() throws Exception {
    var gone = street.wire(_ -> {});
    int dead = gone.port();
    gone.close();
    street.ready(dead);
    var wire = street.wire().send(GET);
    street.gateway.unroute(SHOP, WEB);
    street.gateway.show(SHOP, notice(Phase.WAKING, "web"));
    eventually("it waits", () -> street.gateway.held() == 1);
    street.gateway.route(SHOP, WEB, portOf(street.says("back")));
    assertThat(wire.head()).startsWith("HTTP/1.1 200");
  }

  @Test
  void aPostIsNeverSentTwice() throws Exception {
    var seen = new AtomicInteger();
    street.serveWire(
        wire -> {
          wire.head();
          seen.incrementAndGet();
        });
    var answer = street.send(street.to(HOST, "/").POST(BodyPublishers.ofString("hello")));
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("closed the connection");
    assertThat(seen).hasValue(1);
  }

  @Test
  void anAnswerThatIsNoHttpIsABadGateway() throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("what?||");
        });
    assertThat(street.get(HOST).statusCode()).isEqualTo(502);
  }
}
