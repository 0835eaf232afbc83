package run.ephemeral.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a request's head says, read before it is rewritten for the service.
///
/// @param keepAlive whether the client wants to use its connection again
/// @param http11 whether the client understands chunks and interim answers
/// @param expects whether the client waits for a 100 before it sends the body
/// @param html whether the client prefers HTML
/// @param passes how often the request has come through the gateway before
/// @param upgrade the protocol to switch to, or null
record Asked(
    HttpRequest request,
    String host,
    boolean keepAlive,
    boolean http11,
    boolean bodiless,
    boolean expects,
    boolean html,
    int passes,
    @Nullable String upgrade) {
  private static final Set<HttpMethod> REPEATABLE =
      Set.of(
          HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

  static Asked of(HttpRequest request) {
    var headers = request.headers();
    boolean http11 = !request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    boolean bodiless =
        !headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
            && "0".equals(headers.get(HttpHeaderNames.CONTENT_LENGTH, "0"));
    return new Asked(
        request,
        headers.get(HttpHeaderNames.HOST, ""),
        HttpUtil.isKeepAlive(request),
        http11,
        bodiless,
        http11 && !bodiless && headers.contains(HttpHeaderNames.EXPECT),
        Page.wantsHtml(headers.get(HttpHeaderNames.ACCEPT)),
        Forwarding.passes(headers),
        bodiless ? Forwarding.upgrade(request) : null);
  }

  boolean head() {
    return request.method().equals(HttpMethod.HEAD);
  }

  /// The length of the body by its header; 0 if that is absent or cannot be read.
  long bodySize() {
    return bodiless || request.decoderResult().isFailure()
        ? 0
        : HttpUtil.getContentLength(request, 0L);
  }

  /// Whether the request may be sent twice. One with a body may not, since bodies are not kept.
  boolean repeatable() {
    return bodiless && upgrade == null && REPEATABLE.contains(request.method());
  }
}
