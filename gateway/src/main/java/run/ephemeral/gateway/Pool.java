package run.ephemeral.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequestEncoder;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Connections to services, of one event loop and used by its thread only.
///
/// The newest idle connection is taken first. The number of connections being opened to one port is
/// limited; further exchanges queue for the next one that is opened or given back. A draining
/// target keeps no connections, and the number of idle ones over all targets is limited.
@SuppressWarnings("FutureReturnValueIgnored") // A failure closes the channel, which is handled.
final class Pool {
  /// Servers may close idle connections at any time. A request that cannot be repeated takes only a
  /// connection that was in use within this time.
  private static final long FRESH = TimeUnit.SECONDS.toNanos(1);

  private final EventLoop loop;
  private final GatewayConfig.Limits limits;
  private final Bootstrap bootstrap;
  private final Map<Target, Lane> lanes = new HashMap<>();
  private final int mostIdle;
  private int idle;

  /// @param mostIdle the limit of idle connections
  Pool(EventLoop loop, Loops loops, GatewayConfig.Limits limits, int mostIdle) {
    this.loop = loop;
    this.limits = limits;
    this.mostIdle = mostIdle;
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(loops.socket())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) limits.connect().toMillis())
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new AnswerDecoder(limits))
                        .addLast(new HttpRequestEncoder());
                  }
                });
    long every = limits.backendIdle().toNanos() / 4;
    var _ = loop.scheduleWithFixedDelay(this::sweep, every, every, TimeUnit.NANOSECONDS);
  }

  private static final class Lane {
    final ArrayDeque<Backend> idle = new ArrayDeque<>();
    final LinkedHashSet<Exchange> waiting = new LinkedHashSet<>();
    int connecting;

    boolean empty() {
      return idle.isEmpty() && waiting.isEmpty() && connecting == 0;
    }
  }

  /// Calls [Exchange#connected] or [Exchange#unreachable], perhaps before it returns.
  ///
  /// @param fresh whether a connection that was idle for a while is not good enough
  void connect(Target target, Exchange exchange, boolean fresh) {
    var lane = lane(target);
    var newest = lane.idle.peekLast();
    if (newest != null
        && !target.draining()
        && newest.clean()
        && (!fresh || System.nanoTime() - newest.idleSince() < FRESH)) {
      lane.idle.removeLast();
      idle--;
      exchange.connected(newest);
    } else {
      lane.waiting.add(exchange);
      open(target, lane);
    }
  }

  /// The exchange does not want a connection any more.
  void leave(Target target, Exchange exchange) {
    var lane = lanes.get(target);
    if (lane != null) {
      lane.waiting.remove(exchange);
    }
  }

  /// Takes back a connection whose request and answer are complete.
  void give(Backend backend) {
    var target = backend.target();
    var lane = lane(target);
    if (target.draining() || !backend.clean()) {
      backend.close();
      return;
    }
    backend.idle(System.nanoTime());
    var next = next(lane);
    if (next != null) {
      next.connected(backend);
    } else if (lane.idle.size() < limits.idlePerPort() && idle < mostIdle) {
      lane.idle.addLast(backend);
      idle++;
    } else {
      backend.close();
    }
  }

  void gone(Backend backend) {
    var lane = lanes.get(backend.target());
    if (lane != null && lane.idle.remove(backend)) {
      idle--;
    }
  }

  /// Closes the idle connections to a target; from any thread.
  void drop(Target target) {
    loop.execute(
        () -> {
          var lane = lanes.get(target);
          if (lane != null) {
            closeIdle(target, lane);
          }
        });
  }

  /// Closes all idle connections; from any thread.
  void spare() {
    loop.execute(
        () -> List.copyOf(lanes.keySet()).forEach(target -> closeIdle(target, lane(target))));
  }

  private void closeIdle(Target target, Lane lane) {
    while (!lane.idle.isEmpty()) {
      closeEldest(lane);
    }
    tidy(target, lane);
  }

  private void closeEldest(Lane lane) {
    idle--;
    lane.idle.removeFirst().close();
  }

  private Lane lane(Target target) {
    return lanes.computeIfAbsent(target, _ -> new Lane());
  }

  private void open(Target target, Lane lane) {
    while (lane.connecting < limits.connectingPerPort() && lane.connecting < lane.waiting.size()) {
      lane.connecting++;
      open(target, lane, target.address(), true);
    }
  }

  /// @param first whether the other loopback address may be tried
  private void open(Target target, Lane lane, InetAddress at, boolean first) {
    var opening = bootstrap.connect(new InetSocketAddress(at, target.port()));
    // Not on this event loop if no channel could be created.
    opening.addListener(
        _ -> {
          if (loop.inEventLoop()) {
            done(target, lane, opening, at, first);
          } else {
            loop.execute(() -> done(target, lane, opening, at, first));
          }
        });
  }

  private void done(
      Target target, Lane lane, ChannelFuture opening, InetAddress at, boolean first) {
    if (opening.isSuccess() && opening.channel().isActive()) {
      lane.connecting--;
      target.reachedAt(at);
      opened(target, lane, opening.channel());
    } else if (first && opening.cause() instanceof ConnectException) {
      open(target, lane, Target.otherThan(at), false);
    } else {
      lane.connecting--;
      refused(target, lane, opening.cause() instanceof ChannelException);
    }
  }

  private void opened(Target target, Lane lane, Channel channel) {
    var backend = new Backend(this, target, channel);
    channel.pipeline().addLast(backend);
    var next = next(lane);
    if (next == null) {
      give(backend);
    } else {
      next.connected(backend);
    }
    open(target, lane);
  }

  /// @param ours whether no socket could be opened, so that the service was not asked
  private void refused(Target target, Lane lane, boolean ours) {
    var next = next(lane);
    if (next != null) {
      next.unreachable(ours);
    }
    open(target, lane);
    tidy(target, lane);
  }

  private static @Nullable Exchange next(Lane lane) {
    return lane.waiting.isEmpty() ? null : lane.waiting.removeFirst();
  }

  private void sweep() {
    long oldest = System.nanoTime() - limits.backendIdle().toNanos();
    for (var target : lanes.keySet().toArray(Target[]::new)) {
      var lane = lanes.get(target);
      if (lane == null) {
        continue;
      }
      for (var first = lane.idle.peekFirst();
          first != null && (target.draining() || first.idleSince() - oldest < 0);
          first = lane.idle.peekFirst()) {
        closeEldest(lane);
      }
      tidy(target, lane);
    }
  }

  private void tidy(Target target, Lane lane) {
    if (lane.empty()) {
      lanes.remove(target, lane);
    }
  }
}
