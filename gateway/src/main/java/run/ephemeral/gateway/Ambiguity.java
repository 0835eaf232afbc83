package run.ephemeral.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/// Finds requests that two servers could understand differently. They are refused, never
/// repaired.
///
/// The decoder before it has already refused broken syntax, several lengths that differ, and a
/// length beside a transfer coding.
final class Ambiguity {
  private Ambiguity() {}

  /// @param anyHost whether the Host header is not used for routing
  /// @return the refusal, or null if the request is unambiguous
  static @Nullable Page in(HttpRequest request, boolean anyHost) {
    if (request.decoderResult().isFailure()) {
      return Malformed.request(request.decoderResult().cause());
    }
    var method = request.method();
    if (method.equals(HttpMethod.CONNECT) || method.equals(HttpMethod.TRACE)) {
      return Page.refused(405, method + " is not for this gateway.");
    }
    var version = request.protocolVersion();
    boolean old = version.equals(HttpVersion.HTTP_1_0);
    if (!old && !version.equals(HttpVersion.HTTP_1_1)) {
      return Page.refused(505, "This gateway speaks HTTP/1.1.");
    }
    var headers = request.headers();
    int hosts = headers.getAll(HttpHeaderNames.HOST).size();
    if (hosts > 1 || (hosts == 0 && !(anyHost && old))) {
      return Page.refused(400, hosts == 0 ? "There is no Host header." : "Several Host headers.");
    }
    var codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    var lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
    if (lengths.size() > 1) {
      return Page.refused(400, "Several Content-Length headers.");
    }
    if (!codings.isEmpty()
        && (old
            || codings.size() > 1
            || !lengths.isEmpty()
            || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst()))) {
      return Page.refused(400, "The request's Transfer-Encoding is not plain 'chunked'.");
    }
    if (headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY1)) {
      // An early draft's handshake has a body without a length.
      return Page.refused(400, "This gateway speaks WebSocket version 13.");
    }
    return target(request, hosts == 0 ? "" : headers.get(HttpHeaderNames.HOST));
  }

  /// Checks the target, and reduces an absolute one to its path.
  private static @Nullable Page target(HttpRequest request, String host) {
    var uri = request.uri();
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '#') {
        return Page.refused(400, "The request's target has characters that must be escaped.");
      }
    }
    if (uri.startsWith("/")) {
      return null;
    }
    if (uri.equals("*") && request.method().equals(HttpMethod.OPTIONS)) {
      return null;
    }
    int authority = uri.regionMatches(true, 0, "http://", 0, 7) ? 7 : -1;
    if (authority < 0) {
      return Page.refused(400, "The request's target is neither a path nor an http address.");
    }
    int end = authority;
    while (end < uri.length() && "/?".indexOf(uri.charAt(end)) < 0) {
      end++;
    }
    if (!uri.substring(authority, end).equalsIgnoreCase(host)) {
      return Page.refused(400, "The request's target and its Host header differ.");
    }
    var rest = uri.substring(end);
    request.setUri(rest.startsWith("/") ? rest : "/" + rest);
    return null;
  }
}
