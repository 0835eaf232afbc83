package run.ephemeral.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequestEncoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Connections to services, of one event loop and touched by its thread only.
///
/// The newest idle connection is taken first. Only so many are opened at once to one port; who
/// comes later takes the next that is opened or given back. A draining target keeps none.
@SuppressWarnings("FutureReturnValueIgnored") // What fails closes its channel, which is told.
final class Pool {
  /// Servers hang up on idle connections when they like. A request that cannot be repeated
  /// takes one only if it was busy just now.
  private static final long FRESH = TimeUnit.SECONDS.toNanos(1);

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final EventLoop loop;
  private final GatewayConfig.Limits limits;
  private final Bootstrap bootstrap;
  private final Map<Target, Lane> lanes = new HashMap<>();

  Pool(EventLoop loop, Loops loops, GatewayConfig.Limits limits) {
    this.loop = loop;
    this.limits = limits;
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
    final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
    int connecting;

    boolean empty() {
      return idle.isEmpty() && waiting.isEmpty() && connecting == 0;
    }
  }

  /// Calls [Exchange#connected] or [Exchange#unreachable], perhaps before it returns.
  ///
  /// @param fresh whether a connection that was idle for a while will not do
  void connect(Target target, Exchange exchange, boolean fresh) {
    var lane = lanes.computeIfAbsent(target, _ -> new Lane());
    var idle = lane.idle.peekLast();
    if (idle != null
        && !target.draining()
        && idle.clean()
        && (!fresh || System.nanoTime() - idle.idleSince() < FRESH)) {
      lane.idle.removeLast();
      exchange.connected(idle);
    } else {
      lane.waiting.add(exchange);
      open(target, lane);
    }
  }

  /// The exchange is through with it, and so is its other end.
  void give(Backend backend) {
    var target = backend.target();
    var lane = lanes.computeIfAbsent(target, _ -> new Lane());
    if (target.draining() || !backend.clean()) {
      backend.close();
      return;
    }
    backend.idle(System.nanoTime());
    var next = next(lane);
    if (next != null) {
      next.connected(backend);
    } else if (lane.idle.size() < limits.idlePerPort()) {
      lane.idle.addLast(backend);
    } else {
      backend.close();
    }
  }

  void gone(Backend backend) {
    var lane = lanes.get(backend.target());
    if (lane != null) {
      lane.idle.remove(backend);
    }
  }

  /// From any thread.
  void drop(Target target) {
    loop.execute(
        () -> {
          var lane = lanes.get(target);
          if (lane != null) {
            while (!lane.idle.isEmpty()) {
              lane.idle.removeLast().close();
            }
            tidy(target, lane);
          }
        });
  }

  private void open(Target target, Lane lane) {
    while (lane.connecting < limits.connectingPerPort() && lane.connecting < lane.waiting.size()) {
      lane.connecting++;
      var opening = bootstrap.connect(new InetSocketAddress(LOOPBACK, target.port()));
      opening.addListener(
          _ -> {
            lane.connecting--;
            if (opening.isSuccess() && opening.channel().isActive()) {
              opened(target, lane, opening.channel());
            } else {
              refused(target, lane);
            }
          });
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

  private void refused(Target target, Lane lane) {
    var next = next(lane);
    if (next != null) {
      next.unreachable();
    }
    open(target, lane);
    tidy(target, lane);
  }

  private static @Nullable Exchange next(Lane lane) {
    for (var next = lane.waiting.poll(); next != null; next = lane.waiting.poll()) {
      if (next.connecting()) {
        return next;
      }
    }
    return null;
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
        lane.idle.removeFirst().close();
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
