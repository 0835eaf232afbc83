package run.ephemeral.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.flow.FlowControlHandler;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import run.ephemeral.gateway.Router.Entrance;

/// Opens listeners. All share the event loops, so one more costs a socket and nothing else.
@SuppressWarnings("FutureReturnValueIgnored") // What fails closes its channel, which is told.
final class Listeners {
  private static final int BACKLOG = 4096;

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

  /// @throws UncheckedIOException naming the port that is taken
  Channel bind(Entrance entrance, String host, int port) {
    var bound = tryBind(entrance, host, port);
    if (bound == null) {
      throw new UncheckedIOException(
          new BindException(
              "port " + port + " of " + host + " is in use by another program, or not allowed"));
    }
    return bound;
  }

  @Nullable Channel tryBind(Entrance entrance, String host, int port) {
    var binding =
        new ServerBootstrap()
            .group(loops.group(), loops.group())
            .channel(loops.server())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(entrance, channel);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.ofLiteral(host), port))
            .awaitUninterruptibly();
    if (!binding.isSuccess()) {
      return null;
    }
    open.add(binding.channel());
    return binding.channel();
  }

  private void accept(Entrance entrance, Channel channel) {
    var count = common.connections();
    channel.closeFuture().addListener(_ -> count.decrementAndGet());
    if (count.incrementAndGet() > common.limits().connections()) {
      channel.close();
      return;
    }
    open.add(channel);
    var encoder = new ResponseEncoder();
    channel
        .pipeline()
        .addLast(new StrictDecoder(common.limits()))
        .addLast(encoder)
        .addLast(new FlowControlHandler())
        .addLast(new ClientConnection(common, entrance, channel, encoder));
  }
}
