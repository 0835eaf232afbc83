package run.ephemeral.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// One connection to a service: in use by one request, or idle in the pool.
///
/// Like everything that handles a request it lives on one event loop, the one of the client's
/// connection, and is touched by its thread only.
@SuppressWarnings("FutureReturnValueIgnored") // What fails closes its channel, which is told.
final class Backend extends ChannelInboundHandlerAdapter {
  private final Pool pool;
  private final Target target;
  private final Channel channel;
  private final AnswerDecoder decoder;
  private @Nullable Relay relay;
  private boolean used;
  private long idleSince;

  Backend(Pool pool, Target target, Channel channel) {
    this.pool = pool;
    this.target = target;
    this.channel = channel;
    this.decoder = channel.pipeline().get(AnswerDecoder.class);
  }

  Channel channel() {
    return channel;
  }

  Target target() {
    return target;
  }

  /// Whether it served another request before, so that its other end may have let go of it.
  boolean used() {
    return used;
  }

  long idleSince() {
    return idleSince;
  }

  /// Whether the next thing it says can only be the answer to the next request.
  boolean clean() {
    return channel.isActive() && decoder.clean();
  }

  /// @param head whether the request is a HEAD
  void serve(Relay one, boolean head) {
    relay = one;
    decoder.head(head);
  }

  void idle(long now) {
    relay = null;
    used = true;
    idleSince = now;
    if (!channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    }
  }

  /// Nobody listens to it any more.
  void close() {
    relay = null;
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var one = relay;
    if (one == null) {
      ReferenceCountUtil.release(message);
      channel.close();
    } else if (message instanceof HttpResponse response) {
      one.respond(response);
    } else if (message instanceof HttpContent content) {
      one.respond(content);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (relay != null) {
      relay.flushResponse();
    } else if (!clean()) {
      channel.close();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (relay != null) {
      relay.backendWritable(channel.isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (relay == null) {
      pool.gone(this);
    } else {
      broken();
    }
  }

  /// An answer that ends with its connection must not end with a broken one: the decoder would
  /// call it whole once the connection is closed.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    broken();
    channel.close();
  }

  private void broken() {
    var one = relay;
    relay = null;
    if (one != null) {
      one.backendClosed();
    }
  }
}
