package run.ephemeral.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpScheme;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Rewrites the header fields that belong to one connection, and adds who asked.
///
/// Host and all end-to-end fields stay unchanged. There is no Via: a visitor of a preview should
/// see what the service itself would send. A request gets `CDN-Loop` (RFC 8586), once for each
/// pass, to detect services that forward requests, headers included, to the address they came by.
final class Forwarding {
  private static final AsciiString PREFIX = AsciiString.of("x-forwarded-");
  private static final AsciiString FOR = AsciiString.of("x-forwarded-for");
  private static final AsciiString HOST = AsciiString.of("x-forwarded-host");
  private static final AsciiString PROTO = AsciiString.of("x-forwarded-proto");
  private static final AsciiString PORT = AsciiString.of("x-forwarded-port");
  private static final AsciiString LOOP = AsciiString.of("cdn-loop");
  private static final AsciiString OURS = AsciiString.of("ephemeral.run");
  private static final AsciiString FORWARDED = AsciiString.of("forwarded");
  private static final AsciiString REAL_IP = AsciiString.of("x-real-ip");
  private static final AsciiString HTTP2_SETTINGS = AsciiString.of("http2-settings");
  private static final AsciiString PROXY_CONNECTION = AsciiString.of("proxy-connection");
  private static final AsciiString KEEP_ALIVE = AsciiString.of("keep-alive");
  private static final List<AsciiString> REQUEST_HOPS =
      List.of(
          KEEP_ALIVE,
          PROXY_CONNECTION,
          HttpHeaderNames.PROXY_AUTHORIZATION,
          HttpHeaderNames.TE,
          HttpHeaderNames.TRAILER,
          HttpHeaderNames.UPGRADE,
          HTTP2_SETTINGS);
  private static final List<AsciiString> RESPONSE_HOPS =
      List.of(
          KEEP_ALIVE,
          PROXY_CONNECTION,
          HttpHeaderNames.PROXY_AUTHENTICATE,
          HttpHeaderNames.TRANSFER_ENCODING,
          HttpHeaderNames.UPGRADE);

  /// Fields that decide framing and routing, which Connection cannot remove.
  private static final Set<String> KEPT =
      Set.of("host", "content-length", "transfer-encoding", "close", "keep-alive", "upgrade");

  private Forwarding() {}

  /// The client as the gateway sees it, encoded once for fast writing.
  ///
  /// @param trusted whether forwarding headers of the request are kept
  record Asker(AsciiString address, AsciiString port, boolean trusted) {
    Asker(String address, int port, boolean trusted) {
      this(AsciiString.of(address), AsciiString.of(Integer.toString(port)), trusted);
    }
  }

  /// The protocol that the request may switch to, or null. HTTP/2 is not allowed: its requests
  /// would bypass the gateway.
  static @Nullable String upgrade(HttpRequest request) {
    var headers = request.headers();
    var wanted = headers.get(HttpHeaderNames.UPGRADE);
    if (wanted == null
        || wanted.toLowerCase(Locale.ROOT).contains("h2")
        || !request.protocolVersion().equals(HttpVersion.HTTP_1_1)
        || !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
      return null;
    }
    return wanted;
  }

  /// How often a request has been through the gateway: the number of our names in `CDN-Loop`. A
  /// client that claims more passes only locks itself out.
  static int passes(HttpHeaders headers) {
    if (!headers.contains(LOOP)) {
      return 0;
    }
    int count = 0;
    for (var line : headers.getAll(LOOP)) {
      for (int from = 0, end; from <= line.length(); from = end + 1) {
        end = line.indexOf(',', from);
        end = end < 0 ? line.length() : end;
        int parameters = line.indexOf(';', from);
        var name = line.substring(from, parameters < 0 ? end : Math.min(parameters, end));
        count += OURS.contentEqualsIgnoreCase(name.strip()) ? 1 : 0;
      }
    }
    return count;
  }

  /// In one line: some clients that copy headers keep one line of each name only.
  private static void addPass(HttpHeaders headers) {
    if (headers.contains(LOOP)) {
      headers.set(LOOP, String.join(", ", headers.getAll(LOOP)) + ", " + OURS);
    } else {
      headers.add(LOOP, OURS);
    }
  }

  static void request(HttpRequest request, @Nullable String upgrade, Asker asker) {
    var headers = request.headers();
    dropNamed(headers);
    REQUEST_HOPS.forEach(headers::remove);
    if (!asker.trusted()) {
      dropForwarded(headers);
    }
    if (upgrade != null) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
      headers.set(HttpHeaderNames.UPGRADE, upgrade);
    }
    if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      headers.remove(HttpHeaderNames.EXPECT);
    }
    addPass(headers);
    setAbsent(headers, FOR, asker.address());
    setAbsent(headers, PROTO, HttpScheme.HTTP.name());
    setAbsent(headers, PORT, asker.port());
    var host = headers.get(HttpHeaderNames.HOST);
    if (host == null) {
      headers.set(HttpHeaderNames.HOST, "localhost");
    } else {
      setAbsent(headers, HOST, host);
    }
  }

  /// What the client's connection needs to know about a response.
  ///
  /// @param framed whether the client can tell a complete body from a truncated one
  /// @param close whether the connection is closed after the response
  record Framing(boolean framed, boolean close) {}

  /// @param goOn whether the client's connection is to be used again
  static Framing response(HttpResponse response, Asked asked, boolean goOn) {
    var headers = response.headers();
    int status = response.status().code();
    boolean http11 = asked.http11();
    boolean empty = asked.head() || status < 200 || status == 204 || status == 304;
    boolean chunked = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    boolean sized = !chunked && headers.contains(HttpHeaderNames.CONTENT_LENGTH);
    dropNamed(headers);
    RESPONSE_HOPS.forEach(headers::remove);
    boolean endless = !empty && !sized && !http11;
    if (!empty && !sized && http11) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (chunked) {
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    }
    boolean close = endless || !goOn;
    if (close) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (!http11) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    response.setProtocolVersion(HttpVersion.HTTP_1_1);
    return new Framing(!endless, close);
  }

  private static void dropNamed(HttpHeaders headers) {
    if (!headers.contains(HttpHeaderNames.CONNECTION)) {
      return;
    }
    var lines = headers.getAll(HttpHeaderNames.CONNECTION);
    headers.remove(HttpHeaderNames.CONNECTION);
    Set<String> named = new HashSet<>();
    for (var line : lines) {
      for (int from = 0, comma; from < line.length(); from = comma + 1) {
        comma = line.indexOf(',', from);
        comma = comma < 0 ? line.length() : comma;
        var name = line.substring(from, comma).strip().toLowerCase(Locale.ROOT);
        if (!name.isEmpty() && !KEPT.contains(name)) {
          named.add(name);
        }
      }
    }
    if (!named.isEmpty()) {
      drop(headers, name -> named.contains(name.toLowerCase(Locale.ROOT)));
    }
  }

  private static void dropForwarded(HttpHeaders headers) {
    boolean claimed = false;
    for (var names = headers.iteratorCharSequence(); names.hasNext() && !claimed; ) {
      claimed = isForwarded(names.next().getKey());
    }
    if (claimed) {
      drop(headers, Forwarding::isForwarded);
    }
    headers.remove(FORWARDED);
    headers.remove(REAL_IP);
  }

  private static boolean isForwarded(CharSequence name) {
    return AsciiString.regionMatches(name, true, 0, PREFIX, 0, PREFIX.length());
  }

  /// In one pass: a request may name thousands of fields, and each single removal is a search.
  private static void drop(HttpHeaders headers, Predicate<String> unwanted) {
    var all = headers.entries();
    headers.clear();
    for (var field : all) {
      if (!unwanted.test(field.getKey())) {
        headers.add(field.getKey(), field.getValue());
      }
    }
  }

  private static void setAbsent(HttpHeaders headers, AsciiString name, CharSequence value) {
    if (!headers.contains(name)) {
      headers.add(name, value);
    }
  }
}
