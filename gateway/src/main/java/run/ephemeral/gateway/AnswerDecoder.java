package run.ephemeral.gateway;

import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;

/// Decodes the answers of a service to consecutive requests.
///
/// Knows that the answer to HEAD has no body, also after interim answers, and whether bytes follow
/// an answer: these could not be told from the answer to the next request.
final class AnswerDecoder extends HttpResponseDecoder {
  private boolean head;

  AnswerDecoder(GatewayConfig.Limits limits) {
    super(StrictDecoder.config(limits));
  }

  void head(boolean answersHead) {
    head = answersHead;
  }

  /// Whether all bytes received were part of an answer.
  boolean clean() {
    return actualReadableBytes() == 0;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    // The decoder would expect a body after a switch to WebSocket without the usual fields.
    return head
        || super.isContentAlwaysEmpty(message)
        || (message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL);
  }
}
