package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.gateway.Street.SHOP;
import static run.ephemeral.gateway.Street.WEB;

import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which header fields are passed on, and which are replaced.
final class HeadersTest {
  private static final String GET = "GET /x HTTP/1.1|Host: pr-shop-1.localhost:8080|";

  private final Street street = new Street();
  private final BlockingQueue<String> heads = new ArrayBlockingQueue<>(10);
  private volatile String answer = "HTTP/1.1 200 OK|Content-Length: 0||";

  @BeforeEach
  void open() throws Exception {
    street.serveWire(
        wire -> {
          for (var head = wire.head(); !head.isEmpty(); head = wire.head()) {
            heads.put(head);
            wire.send(answer);
          }
        });
  }

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  private String arrives(String request) throws Exception {
    street.wire().send(request).head();
    return heads.take();
  }

  @Test
  void whatBelongsToOneConnectionStaysThere() throws Exception {
    var head =
        arrives(
            GET
                + "Connection: keep-alive, X-Mine, x-other|X-Mine: 1|X-Other: 2|Keep-Alive: 5|"
                + "TE: trailers|Trailer: X|Proxy-Authorization: p|Proxy-Connection: keep-alive|"
                + "Upgrade: h2c|HTTP2-Settings: abc|X-Stays: 3||");
    assertThat(head)
        .contains("X-Stays: 3")
        .doesNotContainIgnoringCase("x-mine")
        .doesNotContainIgnoringCase("x-other")
        .doesNotContainIgnoringCase("connection")
        .doesNotContainIgnoringCase("keep-alive")
        .doesNotContainIgnoringCase("trailer")
        .doesNotContainIgnoringCase("proxy-")
        .doesNotContainIgnoringCase("upgrade")
        .doesNotContainIgnoringCase("http2");
  }

  @Test
  void whatDecidesCannotBeNamedAway() throws Exception {
    var head = arrives(GET + "Connection: close, Host, X-Forwarded-For|X-Forwarded-For: 6.6.6.6||");
    assertThat(head).contains("Host: pr-shop-1.localhost:8080");
    assertThat(head.toLowerCase(Locale.ROOT)).contains("x-forwarded-for: 127.0.0.1");
  }

  @Test
  void theServiceIsToldWhoAsksAndNobodyElseCanTellIt() throws Exception {
    var head =
        arrives(
                GET
                    + "X-Forwarded-For: 6.6.6.6|x-forwarded-host: evil|X-Forwarded-Proto: https|"
                    + "X-FORWARDED-PORT: 1|X-Forwarded-User: admin|Forwarded: for=6.6.6.6|"
                    + "X-Real-IP: 6.6.6.6||")
            .toLowerCase(Locale.ROOT);
    assertThat(head)
        .contains("x-forwarded-for: 127.0.0.1\r\n")
        .contains("x-forwarded-host: pr-shop-1.localhost:8080\r\n")
        .contains("x-forwarded-proto: http\r\n")
        .contains("x-forwarded-port: " + street.gateway.port() + "\r\n")
        .contains("host: pr-shop-1.localhost:8080\r\n")
        .doesNotContain("6.6.6.6", "evil", "admin", "via:");
  }

  @Test
  void aServiceOfTheSameEnvironmentIsBelieved() throws Exception {
    int port = street.gateway.address(SHOP, WEB, 0);
    try (var wire = Wire.to(port)) {
      wire.send("GET / HTTP/1.1|Host: api|X-Forwarded-For: 1.2.3.4|X-Forwarded-Proto: https||");
      wire.head();
    }
    assertThat(heads.take())
        .contains("X-Forwarded-For: 1.2.3.4")
        .contains("X-Forwarded-Proto: https")
        .contains("x-forwarded-host: api");
  }

  @Test
  void bytesOfHeadersAndPathsStayAsTheyAre() throws Exception {
    var head = arrives(GET + "X-Bytes: \u00e4\u00ff \"x\"|cOOkie: a=b; c|Cookie: d||");
    assertThat(head).startsWith("GET /x HTTP/1.1\r\n");
    assertThat(head).contains("X-Bytes: \u00e4\u00ff \"x\"\r\n", "cOOkie: a=b; c\r\n", "Cookie: d");
  }

  @Test
  void anAnswersHeadPassesButForWhatBelongsToItsConnection() throws Exception {
    answer =
        "HTTP/1.1 299 Fine by me|Server: mine|Set-Cookie: a=1|Set-Cookie: b=2|Date: today|"
            + "Connection: keep-alive, X-Hop|X-Hop: 1|Keep-Alive: timeout=5|Upgrade: h2c|"
            + "Proxy-Authenticate: x|Content-Length: 0||";
    assertThat(street.wire().send(GET + "|").head())
        .startsWith("HTTP/1.1 299 Fine by me\r\n")
        .contains("Server: mine", "Set-Cookie: a=1", "Set-Cookie: b=2", "Date: today")
        .doesNotContainIgnoringCase("hop")
        .doesNotContainIgnoringCase("connection")
        .doesNotContainIgnoringCase("keep-alive")
        .doesNotContainIgnoringCase("upgrade")
        .doesNotContainIgnoringCase("via:")
        .doesNotContainIgnoringCase("proxy");
  }

  @Test
  void thousandsOfNamedFieldsAllStay() throws Exception {
    var names = IntStream.range(0, 2000).mapToObj(i -> "x" + i).toList();
    var fields = names.stream().map(name -> name + ": 1|").collect(Collectors.joining());
    var connection = "Connection: " + String.join(",", names) + "|";
    var head = arrives(GET + connection + fields + "X-Stays: 3||");
    assertThat(head).contains("X-Stays: 3").doesNotContain(": 1\r\n");
    answer = "HTTP/1.1 200 OK|" + connection + fields + "Content-Length: 0|X-Stays: 3||";
    assertThat(street.wire().send(GET + "|").head())
        .contains("X-Stays: 3")
        .doesNotContain(": 1\r\n");
  }

  @Test
  void thousandsOfClaimsAreNotBelieved() throws Exception {
    var claims = IntStream.range(0, 2000).mapToObj(i -> "X-Forwarded-" + i + ": 1|");
    assertThat(arrives(GET + claims.collect(Collectors.joining()) + "X-Stays: 3||"))
        .contains("X-Stays: 3")
        .doesNotContain("X-Forwarded-");
  }

  @Test
  void aFoldedFieldArrivesOnOneLine() throws Exception {
    assertThat(arrives(GET + "X-Folded: a|  b|\tc|X-Stays: 3||"))
        .contains("X-Folded: a b c\r\n", "X-Stays: 3");
  }

  @Test
  void aServiceThatClosesDoesNotMakeUsClose() throws Exception {
    answer = "HTTP/1.1 200 OK|Connection: close|Content-Length: 0||";
    var wire = street.wire();
    for (int i = 0; i < 3; i++) {
      assertThat(wire.send(GET + "|").head())
          .startsWith("HTTP/1.1 200")
          .doesNotContainIgnoringCase("connection");
    }
  }
}
