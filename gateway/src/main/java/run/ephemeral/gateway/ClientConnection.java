package run.ephemeral.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import run.ephemeral.gateway.Router.Entrance;

/// One connection from a client: takes its requests one after the other.
///
/// ```
///   waiting --request--> exchange --answered--> waiting     (or discarding the body's rest)
///                           |---------------------> closing, when the connection must not go on
/// ```
///
/// During an exchange the connection is still read, to notice a client that disconnects. A request
/// that comes too early is kept, and reading stops.
@SuppressWarnings("FutureReturnValueIgnored") // A failure closes the channel, which is handled.
final class ClientConnection extends ChannelInboundHandlerAdapter {
  /// The value of [#idleSince] during a request.
  static final long BUSY = Long.MAX_VALUE;

  private static final long LINGER_CHECK_MILLIS = 500;
  private static final long LINGER_QUIET = TimeUnit.SECONDS.toNanos(5);
  private static final long LINGER_LONGEST = TimeUnit.SECONDS.toNanos(30);

  private final Common common;
  private final Entrance entrance;
  private final Channel channel;
  private final ResponseEncoder encoder;
  private final Forwarding.Asker asker;
  private final @Nullable Site site;
  private @Nullable Exchange exchange;
  private @Nullable HttpRequest early;
  private @Nullable ScheduledFuture<?> watch;
  private boolean bodyOpen;
  private boolean closing;
  private long bodySize;
  private long received;
  private long discarded;
  private long lastActive = System.nanoTime();
  private volatile long idleSince = lastActive;

  ClientConnection(Common common, Entrance entrance, Channel channel, ResponseEncoder encoder) {
    this.common = common;
    this.entrance = entrance;
    this.channel = channel;
    this.encoder = encoder;
    this.site = entrance instanceof Entrance.Internal inside ? common.router().site(inside) : null;
    var remote = channel.remoteAddress();
    this.asker =
        new Forwarding.Asker(
            remote instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress()
                : "unknown",
            common.publicPort().get(),
            entrance instanceof Entrance.Internal);
  }

  Channel channel() {
    return channel;
  }

  Common common() {
    return common;
  }

  Entrance entrance() {
    return entrance;
  }

  Forwarding.Asker asker() {
    return asker;
  }

  /// The environment whose internal address the client connected to, or null.
  @Nullable Site site() {
    return site;
  }

  /// The `System.nanoTime()` since which there is no request, or [#BUSY]; from any thread.
  long idleSince() {
    return idleSince;
  }

  void active() {
    lastActive = System.nanoTime();
  }

  /// Turns reading from the client on or off.
  void read(boolean on) {
    if (channel.config().isAutoRead() != on) {
      channel.config().setAutoRead(on);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    long every = common.limits().clientIdle().toMillis();
    watch =
        channel
            .eventLoop()
            .scheduleWithFixedDelay(this::watch, every, every, TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (watch != null) {
      watch.cancel(false);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closing) {
      active();
      ReferenceCountUtil.release(message);
    } else if (message instanceof HttpRequest request) {
      if (exchange == null) {
        begin(request);
      } else {
        early = request;
        read(false);
      }
    } else if (message instanceof HttpContent content) {
      body(content);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(HttpRequest request) {
    active();
    received = 0;
    discarded = 0;
    bodyOpen = true;
    var one = new Exchange(this, request);
    exchange = one;
    idleSince = BUSY;
    bodySize = one.asked().bodySize();
    encoder.head(one.asked().head());
    one.begin();
  }

  private void body(HttpContent content) {
    active();
    var one = exchange;
    if (content.decoderResult().isFailure()) {
      var cause = content.decoderResult().cause();
      content.release();
      if (one == null) {
        reset(true);
      } else {
        one.bodyBroken(cause);
      }
      return;
    }
    received += content.content().readableBytes();
    boolean last = content instanceof LastHttpContent;
    if (last) {
      bodyOpen = false;
    }
    if (one != null) {
      one.body(content);
      return;
    }
    discarded += content.content().readableBytes();
    content.release();
    if (discarded > common.limits().discarded()) {
      closeGently();
    }
  }

  /// Called when the exchange has written its whole answer.
  void answered(boolean goOn) {
    exchange = null;
    active();
    idleSince = lastActive;
    channel.flush();
    if (!goOn) {
      closeGently();
      return;
    }
    var next = early;
    early = null;
    if (next == null) {
      read(true);
    } else {
      begin(next);
    }
  }

  private @Nullable Relay relay() {
    return exchange == null ? null : exchange.relay();
  }

  /// Whether nothing followed the request that switched protocols.
  boolean clean() {
    return early == null && !closing;
  }

  boolean bodyOpen() {
    return bodyOpen;
  }

  /// Whether the rest of the body is so large that the connection is closed after the answer,
  /// instead of being read to the next request. False for a chunked body, whose length is unknown.
  boolean tooMuchLeft() {
    return bodyOpen && bodySize - received > common.limits().discarded();
  }

  /// Ends the connection such that the client notices that the answer is incomplete.
  ///
  /// @param framed whether the client notices by the framing of the answer; otherwise it gets a
  ///     reset
  void reset(boolean framed) {
    closing = true;
    read(true);
    if (framed) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else {
      channel.flush();
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.close();
    }
  }

  /// Lets the client read the answer: closing a socket with unread bytes resets it, and a client
  /// that is still sending may then lose what it has not read. So only the output is shut down, and
  /// input is discarded until the client closes, is silent, or sends for too long.
  private void closeGently() {
    if (closing) {
      return;
    }
    closing = true;
    read(true);
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            _ -> {
              if (channel instanceof DuplexChannel duplex && channel.isActive()) {
                duplex.shutdownOutput();
              }
            });
    linger(System.nanoTime() + LINGER_LONGEST);
  }

  private void linger(long end) {
    long now = System.nanoTime();
    if (now - end >= 0 || now - lastActive >= LINGER_QUIET) {
      channel.close();
    } else if (channel.isOpen()) {
      var _ =
          channel
              .eventLoop()
              .schedule(() -> linger(end), LINGER_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void watch() {
    long quiet = System.nanoTime() - lastActive;
    var one = exchange;
    if (one == null && quiet >= common.limits().clientIdle().toNanos()) {
      channel.close();
    } else if (one != null && quiet >= common.limits().streamIdle().toNanos()) {
      one.silent();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    var relay = relay();
    if (relay != null) {
      relay.flushRequest();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    var relay = relay();
    if (relay != null) {
      relay.clientWritable(channel.isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    var one = exchange;
    exchange = null;
    if (one != null) {
      one.abandon();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    channel.close();
  }
}
