package run.ephemeral.gateway;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ThreadFactory;

/// The event loops: epoll where it is available, otherwise NIO.
record Loops(
    EventLoopGroup group,
    Class<? extends ServerSocketChannel> server,
    Class<? extends SocketChannel> socket) {
  /// The root cause: Netty wraps the failure to create a channel.
  static Throwable rootOf(Throwable failure) {
    var root = failure;
    for (var cause = root.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root;
  }

  static Loops of(int threads) {
    ThreadFactory named = new DefaultThreadFactory("gateway", true);
    return Epoll.isAvailable()
        ? new Loops(
            new EpollEventLoopGroup(threads, named),
            EpollServerSocketChannel.class,
            EpollSocketChannel.class)
        : new Loops(
            new NioEventLoopGroup(threads, named),
            NioServerSocketChannel.class,
            NioSocketChannel.class);
  }
}
