package run.ephemeral.gateway;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;

/// Knows that the answer to HEAD has a length and no body.
final class ResponseEncoder extends HttpResponseEncoder {
  private boolean head;

  void head(boolean answersHead) {
    head = answersHead;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    return super.isContentAlwaysEmpty(response)
        || (head && response.status().codeClass() != HttpStatusClass.INFORMATIONAL);
  }
}
