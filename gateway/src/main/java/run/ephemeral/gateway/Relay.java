package run.ephemeral.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/// Passes one request to one connection of a service, and the answer back.
///
/// ```
///   SENT --1xx--> SENT   SENT --101--> SWITCHING --> OVER   SENT --head--> ANSWERING --> OVER
/// ```
///
/// Bodies pass through piece by piece and are never kept: while one side cannot take more, the
/// other is not read.
///
/// The answer may come before the request's body has been sent. The body is sent on meanwhile,
/// because a service may answer while it reads, and may wait for the body's end before it ends
/// its answer. When the service takes no more, the rest of the body is read and thrown away, so
/// that a client which sends everything before it reads gets as far as the answer.
@SuppressWarnings("FutureReturnValueIgnored") // A failure closes the channel, which is handled.
final class Relay implements Target.Lasting {
  private static final String EVENTS = "text/event-stream";

  private enum State {
    SENT,
    SWITCHING,
    ANSWERING,
    OVER
  }

  private final Exchange exchange;
  private final Asked asked;
  private final ClientConnection client;
  private final Backend backend;
  private State state = State.SENT;
  private @Nullable HttpResponse switching;
  private @Nullable Target outlived;
  private Forwarding.Framing framing = new Forwarding.Framing(true, true);
  private boolean interim;
  private boolean continued;
  private boolean backendKeepAlive;
  private boolean sending = true;

  Relay(Exchange exchange, ClientConnection client, Backend backend) {
    this.exchange = exchange;
    this.asked = exchange.asked();
    this.client = client;
    this.backend = backend;
  }

  boolean answering() {
    return state == State.ANSWERING;
  }

  boolean framed() {
    return framing.framed();
  }

  /// Whether the relay waits for the client's body, not for the service to take more of it.
  boolean waitsForBody() {
    return !asked.bodiless() && client.bodyOpen() && backend.channel().isWritable();
  }

  void start() {
    backend.serve(this, asked.head());
    var request = asked.request();
    var to = backend.channel();
    if (asked.bodiless()) {
      var whole =
          new DefaultFullHttpRequest(
              HttpVersion.HTTP_1_1,
              request.method(),
              request.uri(),
              Unpooled.EMPTY_BUFFER,
              request.headers(),
              EmptyHttpHeaders.INSTANCE);
      to.writeAndFlush(whole, to.voidPromise());
    } else {
      request.setProtocolVersion(HttpVersion.HTTP_1_1);
      to.writeAndFlush(request, to.voidPromise());
      pace();
    }
  }

  // Towards the service.

  void request(HttpContent content) {
    var to = backend.channel();
    if (!sending) {
      content.release();
    } else if (content instanceof LastHttpContent) {
      // Trailers of requests are dropped, since the gateway does not check them.
      to.write(new DefaultHttpContent(content.content()), to.voidPromise());
      to.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, to.voidPromise());
      client.read(true);
    } else {
      to.write(content, to.voidPromise());
      if (!to.isWritable()) {
        to.flush();
        pace();
      }
    }
  }

  /// A flush may end this relay before it returns. A relay that is over must not pause the client's
  /// connection, since nothing would resume it.
  private void pace() {
    if (sending && state != State.OVER && client.bodyOpen()) {
      client.read(backend.channel().isWritable());
    }
  }

  void flushRequest() {
    if (!asked.bodiless()) {
      backend.channel().flush();
    }
  }

  void backendWritable() {
    if (!asked.bodiless()) {
      pace();
    }
  }

  /// The service takes no more of the request.
  void unsendable() {
    sending = false;
    if (state != State.OVER) {
      client.read(true);
    }
  }

  /// Whether a reset may be a regular end of the answer: a service that leaves a part of the
  /// request's body unread cannot close its connection in any other way.
  boolean mayEndByReset() {
    return state == State.ANSWERING && !asked.bodiless();
  }

  // Towards the client.

  void respond(HttpResponse response) {
    client.active();
    int status = response.status().code();
    if (response.decoderResult().isFailure()
        || status < 100
        || status > 999
        || (status == 101 && asked.upgrade() == null)) {
      exchange.senseless(response);
    } else if (status == 101) {
      state = State.SWITCHING;
      switching = response;
    } else if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      interim = true;
      interim(response);
    } else {
      answerWith(response);
    }
  }

  private void interim(HttpResponse response) {
    boolean proceed = response.status().code() == 100;
    if (asked.http11() && (!proceed || asked.expects())) {
      continued |= proceed;
      Forwarding.response(response, asked, true);
      client
          .channel()
          .writeAndFlush(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1,
                  response.status(),
                  Unpooled.EMPTY_BUFFER,
                  response.headers(),
                  EmptyHttpHeaders.INSTANCE));
    }
  }

  private void answerWith(HttpResponse response) {
    state = State.ANSWERING;
    backendKeepAlive = HttpUtil.isKeepAlive(response);
    boolean goOn =
        asked.keepAlive()
            && !client.tooMuchLeft()
            && !(asked.expects() && !continued && client.bodyOpen());
    framing = Forwarding.response(response, asked, goOn);
    var type = response.headers().get(HttpHeaderNames.CONTENT_TYPE);
    if (type != null && type.regionMatches(true, 0, EVENTS, 0, EVENTS.length())) {
      outlived = exchange.outlive(this);
    }
    client.channel().write(response, client.channel().voidPromise());
  }

  void respond(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (interim || state == State.SWITCHING) {
      content.release();
      if (last && state == State.SWITCHING) {
        tunnel();
      }
      interim &= !last;
    } else if (content.decoderResult().isFailure()) {
      content.release();
      exchange.failed(true, framing.framed());
    } else {
      client.active();
      Channel to = client.channel();
      to.write(content, to.voidPromise());
      if (last) {
        finish();
      } else if (!to.isWritable()) {
        to.flush();
        clientWritable(to.isWritable());
      }
    }
  }

  void flushResponse() {
    client.channel().flush();
  }

  void clientWritable(boolean writable) {
    if (backend.channel().config().isAutoRead() != writable) {
      backend.channel().config().setAutoRead(writable);
    }
  }

  private void finish() {
    over();
    exchange.done();
    if (sending && backendKeepAlive && (asked.bodiless() || !client.bodyOpen())) {
      exchange.pool().give(backend);
    } else {
      backend.close();
    }
    client.answered(!framing.close());
  }

  private void tunnel() {
    var response = switching;
    var target = exchange.target();
    if (response == null || target == null) {
      return;
    }
    var spoken = response.headers().get(HttpHeaderNames.UPGRADE, asked.upgrade());
    Forwarding.response(response, asked, true);
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    response.headers().set(HttpHeaderNames.UPGRADE, spoken);
    over();
    exchange.outliveAsTunnel();
    Tunnel.open(client, backend.channel(), target, response);
    exchange.done();
  }

  // Failures.

  void backendClosed() {
    var was = state;
    over();
    switch (was) {
      case SENT -> exchange.unanswered(backend);
      case SWITCHING -> exchange.failed(false, true);
      case ANSWERING -> exchange.failed(true, framing.framed());
      case OVER -> {}
    }
  }

  /// Ends an event stream like a broken answer: its reader reconnects.
  @Override
  public void goodbye() {
    client
        .channel()
        .eventLoop()
        .execute(
            () -> {
              if (state == State.ANSWERING) {
                exchange.failed(true, framing.framed());
              }
            });
  }

  void cancel() {
    over();
    backend.close();
  }

  private void over() {
    state = State.OVER;
    if (outlived != null) {
      outlived.remove(this);
      outlived = null;
    }
  }
}
