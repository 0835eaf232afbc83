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
/// @param keepAlive whether the client wants to go on with its connection
/// @param http11 whether it understands chunks and interim answers
/// @param expects whether it waits for a 100 before it sends the body
/// @param html whether a page is for a person
/// @param passes how often it has come through the gateway before
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

  /// Bytes of the body as the request says; 0 when it does not say, or cannot be read.
  long bodySize() {
    return bodiless || request.decoderResult().isFailure()
        ? 0
        : HttpUtil.getContentLength(request, 0L);
  }

  /// Whether sending it twice is as good as once. A body is never kept, so it cannot be.
  boolean repeatable() {
    return bodiless && upgrade == null && REPEATABLE.contains(request.method());
  }
}
