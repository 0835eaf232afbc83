package run.ephemeral.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/// One connection to a service: in use by one request, or idle in the pool.
///
/// Like everything that handles a request, it is confined to one event loop, that of the client's
/// connection.
///
/// A write that fails does not close the connection ([Pool] turns `AUTO_CLOSE` off): the service
/// may have answered before it read the request's body, and closing a socket with unread bytes
/// resets it. Only sending ends then. What the service wrote before is still in the receive
/// buffer and is read to its end, which closes the channel.
@SuppressWarnings("FutureReturnValueIgnored") // A failure closes the channel, which is handled.
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

  /// Whether the connection served another request before, so that the service may have closed it.
  boolean used() {
    return used;
  }

  long idleSince() {
    return idleSince;
  }

  /// Whether the next bytes can only be the answer to the next request.
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

  /// Closes the connection without telling the relay.
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
      relay.backendWritable();
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

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelOutputShutdownEvent && relay != null) {
      relay.unsendable();
    }
  }

  /// For an answer that ends with its connection, a broken connection must not count as the end:
  /// the decoder would call the answer complete when the channel closes. A reset means that the
  /// answer is broken only if the service had read the whole request.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof ChannelOutputShutdownException
        || cause instanceof ClosedChannelException) {
      return; // A failed write: the reading side finds out what became of the answer.
    }
    if (!(cause instanceof IOException) || relay == null || !relay.mayEndByReset()) {
      broken();
    }
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
