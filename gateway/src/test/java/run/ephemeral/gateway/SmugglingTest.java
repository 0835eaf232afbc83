package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What one visitor sends as a body is never read as a request, least of all on a connection
/// that the next visitor's request goes through.
final class SmugglingTest {
  private static final String HOST = "pr-shop-1.localhost";
  private static final String GET = "GET / HTTP/1.1|Host: " + HOST + "||";
  private static final String POST = "POST / HTTP/1.1|Host: " + HOST + "|";
  private static final String EVIL = "GET /evil HTTP/1.1|Host: " + HOST + "||";
  private static final String OK = "HTTP/1.1 200 OK|Content-Length: 2||ok";

  private final Street street = new Street();
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  private String next() throws Exception {
    return String.valueOf(lines.poll(20, TimeUnit.SECONDS));
  }

  /// Answers as soon as it has read the head, as services do that refuse. After a POST it
  /// answers nothing more on that connection.
  private void answersEarly() throws Exception {
    street.serveWire(
        wire -> {
          for (var head = "GET "; head.startsWith("GET "); ) {
            head = wire.head();
            lines.add(head.lines().findFirst().orElse(""));
            wire.send(OK);
          }
          wire.rest();
        });
  }

  /// Answers after it has read the body.
  private void answersAfterTheBody() throws Exception {
    street.serve(
        exchange -> {
          lines.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 49||" + EVIL,
        "Transfer-Encoding: chunked||31|" + EVIL + "|0||",
        "Transfer-Encoding: chunked||1;a=\"" + EVIL + "|x|0||",
        "Transfer-Encoding: chunked||1|x|0|X-Trailer: a|Content-Length: 49||"
      })
  void aRequestInABodyIsABody(String rest) throws Exception {
    answersAfterTheBody();
    try (var wire = street.wire()) {
      wire.send(POST + rest).head();
    }
    assertThat(street.get(HOST).statusCode()).isEqualTo(200);
    assertThat(lines).doesNotContain("GET /evil");
  }

  @Test
  void aBodyThatComesAfterItsAnswerIsNoRequestEither() throws Exception {
    answersEarly();
    var wire = street.wire().send(POST + "Content-Length: " + (9 + 49) + "||the start");
    assertThat(wire.head()).startsWith("HTTP/1.1 200 ");
    assertThat(wire.take(2)).isEqualTo("ok");
    wire.send(EVIL).send(GET);
    assertThat(wire.head()).startsWith("HTTP/1.1 200 ");
    assertThat(next()).startsWith("POST / ");
    assertThat(next()).startsWith("GET / ");
    assertThat(lines).isEmpty();
  }

  @Test
  void aVisitorWhoLeavesInMidBodyLeavesNothingForTheNext() throws Exception {
    answersEarly();
    for (int i = 0; i < 10; i++) {
      var wire = street.wire().send(POST + "Content-Length: 1000||" + EVIL);
      assertThat(wire.head()).startsWith("HTTP/1.1 200 ");
      wire.close();
      assertThat(next()).startsWith("POST / ");
      assertThat(street.get(HOST).body()).isEqualTo("ok");
      assertThat(next()).startsWith("GET / ");
    }
  }

  @Test
  void whatFollowsARefusedUpgradeIsTheNextRequest() throws Exception {
    answersAfterTheBody();
    var wire =
        street
            .wire()
            .send(
                "GET /1 HTTP/1.1|Host: "
                    + HOST
                    + "|Connection: Upgrade|Upgrade: websocket||"
                    + "GET /2 HTTP/1.1|Host: "
                    + HOST
                    + "||");
    wire.head();
    wire.head();
    assertThat(lines).containsExactly("GET /1", "GET /2");
  }
}
