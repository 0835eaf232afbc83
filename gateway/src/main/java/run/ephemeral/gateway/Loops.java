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

/// The threads that move bytes, by Linux' own means where they are there.
record Loops(
    EventLoopGroup group,
    Class<? extends ServerSocketChannel> server,
    Class<? extends SocketChannel> socket) {
  /// What a failure comes from: a channel that could not be made is told in wrappers.
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
