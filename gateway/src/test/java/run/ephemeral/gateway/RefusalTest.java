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

/// Requests that two servers could understand differently are refused, and not passed on in part.
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
        "a Host with a user;400;GET / HTTP/1.1|Host: x<AT>pr-shop-1.localhost||",
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
        "no HTTP at all;400;hello|||",
        "HTTP before there were versions;400;GET /|",
        "the same with a header;400;GET /|@|",
        "HTTP/2 without asking;505;PRI * HTTP/2.0||SM||",
        "TRACE;405;TRACE / HTTP/1.1|@|",
        "a length with a plus before zero;400;POST / HTTP/1.1|@Content-Length: +0||",
        "a negative zero;400;POST / HTTP/1.1|@Content-Length: -0||",
        "a length with a space within;400;POST / HTTP/1.1|@Content-Length: 1 0||0123456789",
        "a hexadecimal length;400;POST / HTTP/1.1|@Content-Length: 0x5||hello",
        "a length with a point;400;POST / HTTP/1.1|@Content-Length: 5.0||hello",
        "a length of nothing;400;POST / HTTP/1.1|@Content-Length: ||hello",
        "a length beyond counting;400;POST / HTTP/1.1|@Content-Length: 18446744073709551621||hello",
        "a length with a tail;400;POST / HTTP/1.1|@Content-Length: 5<SEMI>a||hello",
        "a length in another case twice;400;POST / HTTP/1.1|@Content-Length: 5|CONTENT-LENGTH:"
            + " 6||hello",
        "a folded coding;400;POST / HTTP/1.1|@Transfer-Encoding:| chunked||0||",
        "a coding with a parameter;400;POST / HTTP/1.1|@Transfer-Encoding: chunked<SEMI>q=1||0||",
        "a coding in quotes;400;POST / HTTP/1.1|@Transfer-Encoding: 'chunked'||0||",
        "a coding with a comma;400;POST / HTTP/1.1|@Transfer-Encoding: chunked,||0||",
        "a coding after a comma;400;POST / HTTP/1.1|@Transfer-Encoding: ,chunked||0||",
        "a coding after a vertical tab;400;POST / HTTP/1.1|@Transfer-Encoding: <VT>chunked||0||",
        "a coding before a vertical tab;400;POST / HTTP/1.1|@Transfer-Encoding: chunked<VT>||0||",
        "no coding by name;400;POST / HTTP/1.1|@Transfer-Encoding: identity||",
        "an empty coding;400;POST / HTTP/1.1|@Transfer-Encoding: ||",
        "a coding with a high space;400;POST / HTTP/1.1|@Transfer-Encoding: <NBSP>chunked||0||",
        "a coding under a name with a tab;400;POST / HTTP/1.1|@Transfer-Encoding<TAB>:"
            + " chunked||0||",
        "a line end without return;400;GET / HTTP/1.1<LF>@|",
        "a header's end without return;400;GET / HTTP/1.1|@X-A: b<LF>X-B: c||",
        "a head's end without return;400;GET / HTTP/1.1|@<LF>",
        "a line end without feed;400;GET / HTTP/1.1<CR>@|",
        "a fold before any header;400;GET / HTTP/1.1| X-A: b|@|",
        "a folded Host;400;GET / HTTP/1.1|Host: pr-shop-1.localhost| .evil||",
        "a header without a name;400;GET / HTTP/1.1|@: b||",
        "a header without a colon;400;GET / HTTP/1.1|@X-A||",
        "a nul in a name;400;GET / HTTP/1.1|@X<NUL>A: b||",
        "a nul in the target;400;GET /<NUL> HTTP/1.1|@|",
        "a tab in the request line;400;GET<TAB>/ HTTP/1.1|@|",
        "two spaces in the request line;400;GET  / HTTP/1.1|@|",
        "a target with a space;400;GET /a b HTTP/1.1|@|",
        "a method with a bracket;400;G(T / HTTP/1.1|@|",
        "a target with a fragment;400;GET /#x HTTP/1.1|@|",
        "an absolute target with a user;400;GET http://x<AT>pr-shop-1.localhost/ HTTP/1.1|@|",
        "an absolute target with a port;400;GET http://pr-shop-1.localhost:1/ HTTP/1.1|@|",
        "an absolute target with no host;400;GET http:/// HTTP/1.1|@|",
        "an absolute target with a backslash;400;GET http://pr-shop-1.localhost\\x HTTP/1.1|@|",
        "a version in small letters;400;GET / http/1.1|@|",
        "a version with three numbers;400;GET / HTTP/1.1.1|@|",
        "a later version;505;GET / HTTP/3.0|@|",
        "an earlier version;505;GET / HTTP/0.9|@|",
        "half a literal;400;GET / HTTP/1.1|Host: [::1||",
        "a Host with a comma;400;GET / HTTP/1.1|Host: pr-shop-1.localhost,x||",
        "a Host of raw bytes;400;GET / HTTP/1.1|Host: pr-shöp-1.localhost||",
        "a Host with an empty port;400;GET / HTTP/1.1|Host: pr-shop-1.localhost:||",
      })
  void isRefused(String name, int status, String request) throws Exception {
    int before = SERVED.get();
    try (var wire = Wire.to(STREET.gateway.port())) {
      var answer = wire.send(written(request)).rest();
      assertThat(answer).as(name).startsWith("HTTP/1.1 " + status + " ");
      assertThat(answer).as("nothing follows it").containsOnlyOnce("HTTP/1.1 ");
    }
    assertThat(SERVED.get()).isEqualTo(before);
  }

  private static String written(String request) {
    return request
        .replace("@", HOST)
        .replace("<AT>", "@")
        .replace("<SEMI>", ";")
        .replace("<CR>", "\r")
        .replace("<LF>", "\n")
        .replace("<TAB>", "\t")
        .replace("<VT>", "\u000b")
        .replace("<NBSP>", "\u00a0")
        .replace("<NUL>", "\0");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '#',
      value = {
        "a raw path#GET /\u00c3\u00a9 HTTP/1.1|@|#target has characters that must be escaped",
        "a raw byte at its start#GET \u00c3 HTTP/1.1|@|#target has characters that must be escaped",
        "two spaces#GET  / HTTP/1.1|@|#words of the request line not one space apart",
        "no colon#GET / HTTP/1.1|@X-A||#No colon found",
        "a bare LF#GET / HTTP/1.1<LF>@|#does not end with CR and LF",
        "a length in words#POST / HTTP/1.1|@Content-Length: two||#Content-Length value is not",
        "a chunk's size#POST / HTTP/1.1|@Transfer-Encoding: chunked||zz|a|#not a hexadecimal"
            + " number",
        "a chunk's extension#POST / HTTP/1.1|@Transfer-Encoding: chunked||1;a<LF>|a|#the extension",
        "a chunk's end#POST / HTTP/1.1|@Transfer-Encoding: chunked||1|abc|#does not end where",
      })
  void isRefusedForWhatIsWrongWithIt(String name, String request, String why) throws Exception {
    try (var wire = Wire.to(STREET.gateway.port())) {
      assertThat(wire.send(written(request)).rest()).as(name).contains("400", why);
    }
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

  @ParameterizedTest
  @CsvSource({"X-Large: ,70000", "X-Large: ,1000000", "X-Many: y|,10000", "Host: y|,10000"})
  void headersThatAreTooLargeAreRefused(String start, int times) throws Exception {
    try (var wire = Wire.to(STREET.gateway.port())) {
      var large = start.endsWith("|") ? start.repeat(times) : start + "x".repeat(times);
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
  void optionsOfTheWholeServicePass() throws Exception {
    try (var wire = Wire.to(STREET.gateway.port())) {
      wire.send("OPTIONS * HTTP/1.1|" + HOST + "|");
      assertThat(wire.head()).startsWith("HTTP/1.1 ").doesNotContain(" 400 ");
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
