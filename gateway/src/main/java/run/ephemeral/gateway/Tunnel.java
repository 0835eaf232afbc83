package run.ephemeral.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Two connections that have switched from HTTP to another protocol: bytes pass both ways,
/// unchanged.
///
/// A WebSocket whose service is replaced is closed with 1001, "going away", at the end of a frame:
/// pages handle that by reconnecting.
@SuppressWarnings("FutureReturnValueIgnored") // A failure closes the channel, which is handled.
final class Tunnel implements Target.Lasting {
  private static final byte[] GOING_AWAY = {(byte) 0x88, 2, 0x03, (byte) 0xe9};
  private static final long FAREWELL_MILLIS = 1000;

  private final Channel client;
  private final Channel backend;
  private final Target target;
  private final @Nullable Frames frames;
  private boolean leaving;
  private boolean left;

  private Tunnel(Channel client, Channel backend, Target target, @Nullable Frames frames) {
    this.client = client;
    this.backend = backend;
    this.target = target;
    this.frames = frames;
  }

  static void open(
      ClientConnection connection, Channel backend, Target target, HttpResponse switching) {
    var client = connection.channel();
    if (!connection.clean() || !client.isActive() || !backend.isActive()) {
      client.close();
      backend.close();
      return;
    }
    boolean webSocket =
        switching
            .headers()
            .containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    var tunnel = new Tunnel(client, backend, target, webSocket ? new Frames() : null);
    target.add(tunnel);
    client.write(switching);
    client.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    var idle = connection.common().limits().tunnelIdle().toSeconds();
    var front = client.pipeline();
    front.addFirst(new IdleStateHandler(0, 0, idle, TimeUnit.SECONDS));
    front.replace(connection, "tunnel", tunnel.new End(backend, false));
    front.remove(ResponseEncoder.class);
    front.remove(StrictDecoder.class);
    front.remove(FlowControlHandler.class);
    var back = backend.pipeline();
    back.replace(Backend.class, "tunnel", tunnel.new End(client, true));
    back.remove(HttpRequestEncoder.class);
    back.remove(AnswerDecoder.class);
    backend.config().setAutoClose(true);
    client.config().setAutoRead(true);
    client.flush();
    backend.flush();
    if (!client.isActive() || !backend.isActive()) {
      tunnel.end();
    }
  }

  @Override
  public void goodbye() {
    client.eventLoop().execute(this::sayGoodbye);
  }

  private void sayGoodbye() {
    if (left || leaving) {
      return;
    }
    leaving = true;
    if (frames == null || frames.between()) {
      leave();
    } else {
      var _ = client.eventLoop().schedule(this::leave, FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void leave() {
    if (left) {
      return;
    }
    if (frames == null || !frames.between()) {
      end();
      return;
    }
    left = true;
    client.writeAndFlush(Unpooled.wrappedBuffer(GOING_AWAY));
    backend.close();
    target.remove(this);
    client.config().setAutoRead(true);
    var _ =
        client.eventLoop().schedule(() -> client.close(), FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void end() {
    left = true;
    target.remove(this);
    for (var channel : new Channel[] {client, backend}) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /// One of the two connections; what it reads goes to the other.
  private final class End extends ChannelInboundHandlerAdapter {
    private final Channel other;
    private final boolean fromService;

    End(Channel other, boolean fromService) {
      this.other = other;
      this.fromService = fromService;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (left || !(message instanceof ByteBuf bytes)) {
        ReferenceCountUtil.release(message);
        return;
      }
      if (fromService && frames != null) {
        frames.follow(bytes);
      }
      other.write(bytes, other.voidPromise());
      if (!other.isWritable()) {
        other.flush();
        ctx.channel().config().setAutoRead(other.isWritable());
      }
      if (leaving && frames != null && frames.between()) {
        leave();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      other.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      other.config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (!left) {
        end();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof IdleStateEvent) {
        end();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
