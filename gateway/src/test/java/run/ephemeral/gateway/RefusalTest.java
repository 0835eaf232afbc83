package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.gateway.Street.API;
import static run.ephemeral.gateway.Street.SHOP;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What two servers could understand differently is refused, and nothing of it is passed on.
final class RefusalTest {
  private static final AtomicInteger SERVED = new AtomicInteger();
  private static final Street STREET = new Street();

  @BeforeAll
  static void open() throws Exception {
    STREET.serve(
        exchange -> {
          SERVED.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
  }

  @AfterAll
  static void close() throws Exception {
    STREET.close();
  }

  private static final String HOST = "Host: pr-shop-1.localhost|";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "no Host;400;GET / HTTP/1.1||",
        "no Host in HTTP/1.0;400;GET / HTTP/1.0||",
        "two Hosts;400;GET / HTTP/1.1|@Host: pr-shop-2.localhost||",
        "the same Host twice;400;GET / HTTP/1.1|@@|",
        "an empty Host;400;GET / HTTP/1.1|Host: ||",
        "a Host with a path;400;GET / HTTP/1.1|Host: pr-shop-1.localhost/x||",
        "a Host with a user;400;GET / HTTP/1.1|Host: x@pr-shop-1.localhost||",
        "a Host with a space;400;GET / HTTP/1.1|Host: pr-shop-1.localhost pr||",
        "a Host with two ports;400;GET / HTTP/1.1|Host: pr-shop-1.localhost:80:80||",
        "a Host with a port of letters;400;GET / HTTP/1.1|Host: pr-shop-1.localhost:http||",
        "another authority;400;GET http://pr-shop-2.localhost/ HTTP/1.1|@|",
        "a target that is no path;400;GET x HTTP/1.1|@|",
        "another scheme;400;GET ftp://pr-shop-1.localhost/ HTTP/1.1|@|",
        "a star for GET;400;GET * HTTP/1.1|@|",
        "length and coding;400;POST / HTTP/1.1|@Content-Length: 5|Transfer-Encoding: chunked||0||",
        "coding and length;400;POST / HTTP/1.1|@Transfer-Encoding: chunked|Content-Length: 5||0||",
        "two lengths;400;POST / HTTP/1.1|@Content-Length: 5|Content-Length: 6||hello",
        "one length twice;400;POST / HTTP/1.1|@Content-Length: 5|Content-Length: 5||hello",
        "a list of lengths;400;POST / HTTP/1.1|@Content-Length: 5, 5||hello",
        "two lengths in HTTP/1.0;400;POST / HTTP/1.0|@Content-Length: 5|Content-Length: 6||hello",
        "a negative length;400;POST / HTTP/1.1|@Content-Length: -5||hello",
        "a signed length;400;POST / HTTP/1.1|@Content-Length: +5||hello",
        "a length in words;400;POST / HTTP/1.1|@Content-Length: five||hello",
        "an unknown coding;400;POST / HTTP/1.1|@Transfer-Encoding: gzip||",
        "two codings;400;POST / HTTP/1.1|@Transfer-Encoding: gzip, chunked||0||",
        "chunked twice;400;POST / HTTP/1.1|@Transfer-Encoding: chunked|Transfer-Encoding:"
            + " chunked||0||",
        "a hidden coding;400;POST / HTTP/1.1|@Transfer-Encoding : chunked||0||",
        "a broken coding;400;POST / HTTP/1.1|@Transfer-Encoding: xchunked||0||",
        "chunks in HTTP/1.0;400;POST / HTTP/1.0|@Transfer-Encoding: chunked||0||",
        "a space before the colon;400;GET / HTTP/1.1|@X-A : b||",
        "a name with a space;400;GET / HTTP/1.1|@X A: b||",
        "a nul in a value;400;GET / HTTP/1.1|@X-A: a<NUL>b||",
        "a lone return in a value;400;GET / HTTP/1.1|@X-A: a<CR>GET / HTTP/1.1||",
        "a draft of WebSocket;400;GET / HTTP/1.1|@Sec-WebSocket-Key1: 1|Sec-WebSocket-Key2:"
            + " 2||12345678",
        "a target with raw bytes;400;GET /\u00e4 HTTP/1.1|@|",
        "CONNECT;405;CONNECT pr-shop-1.localhost:80 HTTP/1.1|@|",
        "another version;505;GET / HTTP/1.2|@|",
        "no HTTP at all;400;hello|||"
      })
  void isRefused(String name, int status, String request) throws Exception {
    int before = SERVED.get();
    try (var wire = Wire.to(STREET.gateway.port())) {
      var answer =
          wire.send(request.replace("@", HOST).replace("<CR>", "\r").replace("<NUL>", "\0")).rest();
      assertThat(answer).as(name).startsWith("HTTP/1.1 " + status + " ");
      assertThat(answer).as("nothing follows it").containsOnlyOnce("HTTP/1.1 ");
    }
    assertThat(SERVED.get()).isEqualTo(before);
  }

  @Test
  void aTargetWithItsOwnHostIsTheSameAsItsPath() throws Exception {
    try (var wire = Wire.to(STREET.gateway.port())) {
      var answer = wire.send("GET http://PR-shop-1.localhost/x?y HTTP/1.1|" + HOST + "|").head();
      assertThat(answer).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void aRequestLineThatIsTooLongIsRefused() throws Exception {
    try (var wire = Wire.to(STREET.gateway.port())) {
      var answer = wire.send("GET /" + "x".repeat(20_000) + " HTTP/1.1|" + HOST + "|").head();
      assertThat(answer).startsWith("HTTP/1.1 414 ");
    }
  }

  @Test
  void headersThatAreTooLargeAreRefused() throws Exception {
    try (var wire = Wire.to(STREET.gateway.port())) {
      var large = "X-Large: " + "x".repeat(70_000);
      assertThat(wire.send("GET / HTTP/1.1|" + HOST + large + "||").head())
          .startsWith("HTTP/1.1 431 ");
    }
  }

  @Test
  void headersOfAnHonestSizeAreNot() throws Exception {
    try (var wire = Wire.to(STREET.gateway.port())) {
      var cookie = "Cookie: " + "x".repeat(20_000);
      assertThat(wire.send("GET / HTTP/1.1|" + HOST + cookie + "||").head())
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void aBrokenChunkNeverReachesAnEnd() throws Exception {
    try (var wire = Wire.to(STREET.gateway.port())) {
      wire.send("POST / HTTP/1.1|" + HOST + "Transfer-Encoding: chunked||zz|hello|0||");
      assertThat(wire.rest()).containsOnlyOnce("HTTP/1.1 ");
    }
  }

  @Test
  void theInternalAddressRefusesTheSameAndTakesAnyHost() throws Exception {
    int port = STREET.gateway.address(SHOP, API, 0);
    STREET.gateway.route(SHOP, API, portOfWeb());
    try (var wire = Wire.to(port)) {
      assertThat(wire.send("GET / HTTP/1.1|Host: localhost/*||").head()).contains(" 200 ");
    }
    try (var wire = Wire.to(port)) {
      assertThat(wire.send("GET / HTTP/1.1|Host: a|Host: b||").head()).contains(" 400 ");
    }
  }

  private static int portOfWeb() throws Exception {
    return STREET.says("x").getAddress().getPort();
  }
}
