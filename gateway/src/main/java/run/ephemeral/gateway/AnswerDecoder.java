package run.ephemeral.gateway;

import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;

/// Reads what a service answers to one request after the other.
///
/// It knows that the answer to HEAD has no body, whatever hints come before it, and whether
/// anything follows an answer: the next request's answer could not be told from that.
final class AnswerDecoder extends HttpResponseDecoder {
  private boolean head;

  AnswerDecoder(GatewayConfig.Limits limits) {
    super(StrictDecoder.config(limits));
  }

  void head(boolean answersHead) {
    head = answersHead;
  }

  /// Whether all that has come was part of an answer.
  boolean clean() {
    return actualReadableBytes() == 0;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    // Of a switch to WebSocket without the usual fields the decoder would expect a body.
    return head
        || super.isContentAlwaysEmpty(message)
        || (message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL);
  }
}
