package run.ephemeral.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.flow.FlowControlHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.gateway.Router.Entrance;

/// Opens listeners. All share the event loops, so one more costs a socket and nothing else.
@SuppressWarnings("FutureReturnValueIgnored") // A failure closes the channel, which is handled.
final class Listeners {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
  private static final int BACKLOG = 4096;
  private static final int PAUSE_SECONDS = 1;

  private final Common common;
  private final Loops loops;
  private final ChannelGroup open;

  /// @param open gets every channel, so that closing the gateway closes them
  Listeners(Common common, Loops loops, ChannelGroup open) {
    this.common = common;
    this.loops = loops;
    this.open = open;
  }

  static int port(Channel listener) {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /// @throws UncheckedIOException naming the port that is taken, or why there is no listener
  Channel bind(Entrance entrance, String host, int port) {
    var bound = tryBind(entrance, host, port);
    if (bound == null) {
      throw new UncheckedIOException(
          new BindException(
              "port " + port + " of " + host + " is in use by another program, or not allowed"));
    }
    return bound;
  }

  /// @return null when the port is taken or not allowed
  /// @throws UncheckedIOException if no socket can be opened
  @Nullable Channel tryBind(Entrance entrance, String host, int port) {
    var binding =
        new ServerBootstrap()
            .group(loops.group(), loops.group())
            .channel(loops.server())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .handler(new AcceptFailure())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(entrance, channel);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.ofLiteral(host), port))
            .awaitUninterruptibly();
    var failure = binding.cause();
    if (failure instanceof IOException) {
      return null;
    }
    if (failure != null) {
      throw new UncheckedIOException(
          new IOException("no listener can be opened: " + Loops.rootOf(failure), failure));
    }
    open.add(binding.channel());
    return binding.channel();
  }

  /// A connection that could not be accepted stays in the listener's queue and would be tried again
  /// at once, in an endless loop. So the listener pauses, while open connections are served and
  /// unused ones are closed.
  private final class AcceptFailure extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var listener = ctx.channel();
      LOG.warn(
          "a connection to port {} cannot be accepted, next try in {} s: {}",
          port(listener),
          PAUSE_SECONDS,
          Loops.rootOf(cause));
      common.spareFiles();
      listener.config().setAutoRead(false);
      listener
          .eventLoop()
          .schedule(() -> listener.config().setAutoRead(true), PAUSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void accept(Entrance entrance, Channel channel) {
    open.add(channel);
    var encoder = new ResponseEncoder();
    var connection = new ClientConnection(common, entrance, channel, encoder);
    channel
        .pipeline()
        .addLast(new StrictDecoder(common.limits()))
        .addLast(encoder)
        .addLast(new FlowControlHandler())
        .addLast(connection);
    common.clients().opened(connection);
  }
}
