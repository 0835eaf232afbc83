package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where a message ends, and what may come before the answer.
final class FramingTest {
  private static final String HOST = "pr-shop-1.localhost";
  private static final String GET = "GET / HTTP/1.1|Host: " + HOST + "|";
  private static final String POST = "POST / HTTP/1.1|Host: " + HOST + "|";
  private static final String OK = "HTTP/1.1 200 OK|Content-Length: 2||ok";

  private final Street street = new Street();

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  @Test
  void theAnswerToHeadHasALengthAndNoBody() throws Exception {
    street.serveWire(
        wire -> {
          while (wire.head().startsWith("HEAD")) {
            wire.send("HTTP/1.1 200 OK|Content-Length: 1234||");
          }
        });
    var wire = street.wire();
    for (int i = 0; i < 3; i++) {
      wire.send("HEAD / HTTP/1.1|Host: " + HOST + "||");
      assertThat(wire.head()).containsIgnoringCase("content-length: 1234");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "204 No Content, ''",
    "304 Not Modified, Content-Length: 77|",
    "304 Not Modified, ''"
  })
  void answersWithoutBodiesHaveNone(String status, String header) throws Exception {
    street.serveWire(
        wire -> {
          while (!wire.head().isEmpty()) {
            wire.send("HTTP/1.1 " + status + "|" + header + "|");
          }
        });
    var wire = street.wire();
    for (int i = 0; i < 3; i++) {
      var head = wire.send(GET + "|").head();
      assertThat(head).startsWith("HTTP/1.1 " + status);
      assertThat(head.contains("77")).isEqualTo(!header.isEmpty());
      assertThat(head).doesNotContainIgnoringCase("transfer-encoding");
      assertThat(head).doesNotContain("ength: 0");
    }
  }

  @Test
  void whoAsksBeforeSendingGetsTheServicesOwnWord() throws Exception {
    var asked = new AtomicBoolean();
    street.serveWire(
        wire -> {
          asked.set(wire.head().contains("100-continue"));
          wire.send("HTTP/1.1 100 Continue||");
          assertThat(wire.take(5)).isEqualTo("hello");
          wire.send(OK);
          wire.head();
        });
    var wire = street.wire().send(POST + "Expect: 100-continue|Content-Length: 5||");
    assertThat(wire.head()).startsWith("HTTP/1.1 100 ");
    assertThat(wire.send("hello").head()).startsWith("HTTP/1.1 200 ");
    assertThat(asked).isTrue();
  }

  @Test
  void whoAsksBeforeSendingMayBeToldNo() throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 413 Too Large|Content-Length: 2||no");
          wire.rest();
        });
    var wire = street.wire().send(POST + "Expect: 100-continue|Content-Length: 5||");
    assertThat(wire.rest()).startsWith("HTTP/1.1 413 ").containsIgnoringCase("connection: close");
  }

  @Test
  void interimAnswersComeFirst() throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 103 Early Hints|Link: </a.css>||HTTP/1.1 102 Processing||" + OK);
          wire.head();
        });
    var wire = street.wire().send(GET + "|");
    assertThat(wire.head()).startsWith("HTTP/1.1 103 ").contains("</a.css>");
    assertThat(wire.head()).startsWith("HTTP/1.1 102 ");
    assertThat(wire.head()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void trailersOfAnAnswerPass() throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK|Transfer-Encoding: chunked||2|ok|0|X-Sum: 7||");
          wire.head();
        });
    var wire = street.wire().send(GET + "Connection: close||");
    assertThat(wire.rest()).endsWith("2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n");
  }

  @Test
  void anOldClientGetsABodyThatEndsWithItsConnection() throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK|Transfer-Encoding: chunked||2|ok|0||");
          wire.head();
        });
    var wire = street.wire().send("GET / HTTP/1.0|Host: " + HOST + "|Connection: keep-alive||");
    assertThat(wire.rest()).endsWith("\r\n\r\nok").doesNotContainIgnoringCase("chunked");
  }

  @Test
  void anOldServiceMayEndItsBodyWithItsConnection() throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.0 200 OK||all of it");
        });
    assertThat(street.get(HOST).body()).isEqualTo("all of it");
  }
}
