package run.ephemeral.gateway;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/// Refuses messages with an ambiguous length, some of which Netty would repair: a proxy before or
/// behind the gateway might repair them differently.
final class StrictDecoder extends HttpRequestDecoder {
  private static final int CHUNK = 64 * 1024;

  StrictDecoder(GatewayConfig.Limits limits) {
    super(config(limits).setHeadersFactory(new Strict()));
  }

  static HttpDecoderConfig config(GatewayConfig.Limits limits) {
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(limits.uriLength())
        .setMaxHeaderSize(limits.headerSize())
        .setMaxChunkSize(CHUNK);
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }

  @Override
  protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
    afterOneSpace(line, start);
    return super.splitSecondWordInitialLine(line, start, length);
  }

  @Override
  protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
    afterOneSpace(line, start);
    var version = super.splitThirdWordInitialLine(line, start, length);
    if (!version.startsWith("HTTP/")) {
      throw new IllegalArgumentException("no version of HTTP");
    }
    return version;
  }

  private static void afterOneSpace(byte[] line, int start) {
    // A byte above 0x7f is negative but no space; [Ambiguity] refuses it with a reason.
    if (start < 2 || line[start - 1] != ' ' || (line[start - 2] & 0xff) <= ' ') {
      throw new IllegalArgumentException("words of the request line not one space apart");
    }
  }

  private static final class Strict implements HttpHeadersFactory {
    @Override
    public HttpHeaders newHeaders() {
      return new OneLength();
    }

    @Override
    public HttpHeaders newEmptyHeaders() {
      return new OneLength();
    }
  }

  private static final class OneLength extends DefaultHttpHeaders {
    @Override
    public HttpHeaders add(CharSequence name, Object value) {
      if (HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name) && contains(name)) {
        throw new IllegalArgumentException("several Content-Length headers");
      }
      return super.add(name, value);
    }
  }
}
