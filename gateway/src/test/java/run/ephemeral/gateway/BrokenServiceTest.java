package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static run.ephemeral.gateway.Street.SHOP;
import static run.ephemeral.gateway.Street.WEB;
import static run.ephemeral.gateway.Street.notice;
import static run.ephemeral.testkit.Eventually.eventually;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.ephemeral.core.environment.Phase;

/// Services are untrusted code: their errors affect only the client that asked.
final class BrokenServiceTest {
  private static final String HOST = "pr-shop-1.localhost";
  private static final String GET = "GET / HTTP/1.1|Host: " + HOST + "||";
  private static final String OK = "HTTP/1.1 200 OK|Content-Length: 2||ok";

  private final Street street = new Street();

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  private void answers(String answer) throws Exception {
    street.serveWire(
        wire -> {
          while (!wire.head().isEmpty()) {
            wire.send(answer);
          }
        });
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "no HTTP;SSH-2.0-OpenSSH_9.2|;is not HTTP: its first line",
        "a status of words;HTTP/1.1 fine OK|Content-Length: 0||;is not HTTP: its first line",
        "a status too small;HTTP/1.1 099 Low|Content-Length: 0||;the status 99, which",
        "a status too large;HTTP/1.1 1000 High|Content-Length: 0||;the status 1000, which",
        "a negative status;HTTP/1.1 -200 OK|Content-Length: 0||;is not HTTP: its first line",
        "two lengths;HTTP/1.1 200 OK|Content-Length: 2|Content-Length: 3||okk;headers that are"
            + " not well-formed: Multiple Content-Length",
        "a negative length;HTTP/1.1 200 OK|Content-Length: -2||ok;headers that are not"
            + " well-formed: Content-Length",
        "a length in words;HTTP/1.1 200 OK|Content-Length: two||ok;headers that are not"
            + " well-formed: Content-Length",
        "a header with a nul;HTTP/1.1 200 OK|X-A: a\0b|Content-Length: 2||ok;headers that are"
            + " not well-formed: ",
        "a header without a colon;HTTP/1.1 200 OK|X-A||;headers that are not well-formed: No colon",
        "an unasked switch;HTTP/1.1 101 Switching Protocols|Upgrade: x||;without being asked",
      })
  void whatIsNoAnswerIsABadGatewayThatSaysWhy(String name, String answer, String why)
      throws Exception {
    answers(answer);
    assertThat(street.wire().send(GET).head()).as(name).startsWith("HTTP/1.1 502 ");
    assertThat(street.get(HOST).body()).contains("web ", why);
  }

  @ParameterizedTest
  @CsvSource({
    "70000, headers larger than 64 KB",
    "1000000, headers larger than 64 KB",
  })
  void aHeadThatIsTooLargeIsSaidToBe(int size, String why) throws Exception {
    answers("HTTP/1.1 200 OK|X-Large: " + "x".repeat(size) + "|Content-Length: 0||");
    var answer = street.get(HOST);
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("web answered with " + why).doesNotContain("not HTTP");
  }

  @Test
  void aStatusLineThatIsTooLongIsSaidToBe() throws Exception {
    answers("HTTP/1.1 200 " + "x".repeat(20_000) + "|Content-Length: 0||");
    assertThat(street.get(HOST).body()).contains("a status line longer than 16 KB");
  }

  @Test
  void aThousandFieldsPass() throws Exception {
    answers("HTTP/1.1 200 OK|" + "X-Many: x|".repeat(1000) + "Content-Length: 0||");
    assertThat(street.get(HOST).headers().allValues("x-many")).hasSize(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK|Content-Length: 6||poison", "poison", "|", "HTTP/1.1"})
  void whatComesAfterAnAnswerIsNobodysAnswer(String more) throws Exception {
    answers(OK + more);
    var wire = street.wire();
    for (int i = 0; i < 20; i++) {
      assertThat(wire.send(GET).head()).startsWith("HTTP/1.1 200 ");
      assertThat(wire.take(2)).isEqualTo("ok");
    }
  }

  @Test
  void whatComesAfterAnAnswerIsNotTheAnswerOfWhoWaitsForTheConnection() throws Exception {
    street.gateway.show(SHOP, notice(Phase.WAKING, "web"));
    List<Wire> wires = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      wires.add(street.wire().send(GET));
    }
    eventually("all wait", () -> street.gateway.held() == 500);
    var service =
        street.wire(
            wire -> {
              while (!wire.head().isEmpty()) {
                wire.send(OK + "HTTP/1.1 200 OK|Content-Length: 6||poison");
              }
            });
    street.gateway.route(SHOP, WEB, service.port());
    for (var wire : wires) {
      assertThat(wire.head()).contains("ength: 2\r\n");
      assertThat(wire.take(2)).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @CsvSource({"204 No Content", "304 Not Modified"})
  void aBodyWhereNoneMayBeIsNobodysAnswer(String status) throws Exception {
    answers("HTTP/1.1 " + status + "|Content-Length: 6||poison");
    var wire = street.wire();
    for (int i = 0; i < 10; i++) {
      assertThat(wire.send(GET).head()).startsWith("HTTP/1.1 " + status);
    }
  }

  @Test
  void aBodyForHeadIsNobodysAnswer() throws Exception {
    answers("HTTP/1.1 200 OK|Content-Length: 6||poison");
    var wire = street.wire();
    for (int i = 0; i < 10; i++) {
      assertThat(wire.send("HEAD / HTTP/1.1|Host: " + HOST + "||").head())
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void hintsBeforeTheAnswerToHeadDoNotGiveItABody() throws Exception {
    answers("HTTP/1.1 103 Early Hints||HTTP/1.1 200 OK|Content-Length: 6||");
    var wire = street.wire();
    for (int i = 0; i < 3; i++) {
      wire.send("HEAD / HTTP/1.1|Host: " + HOST + "||");
      assertThat(wire.head()).startsWith("HTTP/1.1 103 ");
      assertThat(wire.head()).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void aLengthBesideChunksIsLeftOut() throws Exception {
    answers("HTTP/1.1 200 OK|Content-Length: 1|Transfer-Encoding: chunked||2|ok|0||");
    var wire = street.wire().send(GET);
    assertThat(wire.head())
        .containsIgnoringCase("transfer-encoding: chunked")
        .doesNotContainIgnoringCase("content-length");
    assertThat(wire.chunk()).isEqualTo("ok");
    assertThat(wire.chunk()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz|half|", "-1|half|", "4|halfmore|", "fffffffffffffffff|half|"})
  void aChunkThatIsNoneCutsTheAnswer(String chunk) throws Exception {
    answers("HTTP/1.1 200 OK|Transfer-Encoding: chunked||2|ok|" + chunk + "0||");
    var wire = street.wire().send(GET);
    wire.head();
    assertThat(wire.rest()).startsWith("2\r\nok").doesNotContain("0\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 100||half", "Transfer-Encoding: chunked||4|half|", "|half"})
  void aServiceThatIsKilledInMidAnswerIsNeverTakenForItsEnd(String body) throws Exception {
    var go = new CountDownLatch(1);
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK|" + body);
          go.await();
          wire.reset();
        });
    var wire = street.wire().send(GET);
    wire.head();
    go.countDown();
    assertThat(wire.rest()).doesNotContain("0\r\n\r\n");
  }

  @Test
  void anOldClientSeesThatAKilledServiceDidNotFinish() throws Exception {
    var go = new CountDownLatch(1);
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.0 200 OK||half");
          go.await();
          wire.reset();
        });
    var wire = street.wire().send("GET / HTTP/1.0|Host: " + HOST + "||");
    wire.head();
    go.countDown();
    assertThatThrownBy(wire::rest).hasMessageContaining("reset");
  }

  @Test
  void aServiceThatAlwaysHangsUpIsNotSaidToBeAbsent() throws Exception {
    street.serveWire(Wire::head);
    var answer = street.get(HOST);
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("closed the connection before it answered");
  }

  @Test
  void aServiceThatIsKilledBeforeItAnsweredIsABadGateway() throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.reset();
        });
    var post = "POST / HTTP/1.1|Host: " + HOST + "|Content-Length: 2||hi";
    assertThat(street.wire().send(post).head()).startsWith("HTTP/1.1 502 ");
  }

  @Test
  void hintsWithoutEndAreHeldBackForWhoDoesNotRead() throws Exception {
    var written = new AtomicLong();
    var hint = "HTTP/1.1 103 Early Hints|Link: <" + "x".repeat(10_000) + ">||";
    street.serveWire(
        wire -> {
          wire.head();
          while (true) {
            wire.send(hint);
            written.incrementAndGet();
          }
        });
    street.wire().send(GET);
    var before = new AtomicLong(-1);
    var steady = new AtomicInteger();
    eventually(
        "the service waits",
        () -> {
          long now = written.get();
          return now == before.getAndSet(now)
              ? now > 0 && steady.incrementAndGet() > 50
              : steady.getAndSet(0) < 0;
        });
    assertThat(written.get()).isLessThan(10_000);
  }
}
