package run.ephemeral.gateway;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// The clients' connections that are open, and those of them that have no request under way, in
/// the order in which they came to have none.
///
/// When as many are open as may be, a new connection takes the place of the one that has had no
/// request for longest, so that connections which nobody uses keep nobody out. The new one is
/// closed only when all others have a request under way. Connections to the internal addresses
/// of one environment are bounded by themselves, and make room among themselves.
///
/// Each event loop keeps the order of its own connections and is asked for its eldest by a
/// message: no event loop waits for another.
@SuppressWarnings("FutureReturnValueIgnored") // Who asks another event loop does not wait.
final class Clients {
  /// Closed at once when files run out: as many as a listener accepts in one turn.
  private static final int SOME = 16;

  private final int most;
  private final int mostInside;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<EventLoop, Idle> idle = new HashMap<>();

  Clients(GatewayConfig.Limits limits, EventLoopGroup group) {
    this.most = limits.connections();
    this.mostInside = limits.perEnvironment();
    group.forEach(loop -> idle.put((EventLoop) loop, new Idle((EventLoop) loop)));
  }

  /// Those of one event loop, touched by its thread only.
  private static final class Idle {
    private final EventLoop loop;
    private final LinkedHashSet<ClientConnection> connections = new LinkedHashSet<>();
    private volatile long since = Long.MAX_VALUE;

    Idle(EventLoop loop) {
      this.loop = loop;
    }

    void add(ClientConnection one) {
      connections.add(one);
      look();
    }

    void remove(ClientConnection one) {
      connections.remove(one);
      look();
    }

    private void look() {
      since = connections.isEmpty() ? Long.MAX_VALUE : connections.getFirst().lastActive();
    }

    boolean closeEldest(Predicate<ClientConnection> which) {
      for (var one : connections) {
        if (which.test(one)) {
          remove(one);
          one.channel().close();
          return true;
        }
      }
      return false;
    }
  }

  /// On the connection's event loop, as all that follow. It is idle until its first request.
  void opened(ClientConnection one) {
    var site = one.site();
    int all = open.incrementAndGet();
    int inside = site == null ? 0 : site.connections().incrementAndGet();
    idle(one);
    one.channel()
        .closeFuture()
        .addListener(
            _ -> {
              open.decrementAndGet();
              if (site != null) {
                site.connections().decrementAndGet();
              }
              busy(one);
            });
    if (inside > mostInside) {
      makeRoom(one, other -> other != one && other.site() == site);
    } else if (all > most) {
      makeRoom(one, other -> other != one);
    }
  }

  /// An answer may still be written to a connection that is closed already.
  void idle(ClientConnection one) {
    if (one.channel().isOpen()) {
      mine(one).add(one);
    }
  }

  void busy(ClientConnection one) {
    mine(one).remove(one);
  }

  private Idle mine(ClientConnection one) {
    return Objects.requireNonNull(idle.get(one.channel().eventLoop()));
  }

  /// Files ran out: closes some that are idle, on every event loop.
  void spare() {
    for (var each : idle.values()) {
      each.loop.execute(
          () -> {
            for (int i = 0; i < SOME && each.closeEldest(_ -> true); i++) {}
          });
    }
  }

  private void makeRoom(ClientConnection newcomer, Predicate<ClientConnection> which) {
    var eldestFirst = new ArrayList<>(idle.values());
    eldestFirst.sort(Comparator.comparingLong(each -> each.since));
    ask(new ArrayDeque<>(eldestFirst), newcomer, which);
  }

  private static void ask(
      Queue<Idle> loops, ClientConnection newcomer, Predicate<ClientConnection> which) {
    var first = loops.poll();
    if (first == null) {
      newcomer.channel().close();
    } else if (first.loop.inEventLoop()) {
      if (!first.closeEldest(which)) {
        ask(loops, newcomer, which);
      }
    } else {
      first.loop.execute(() -> ask(prepended(first, loops), newcomer, which));
    }
  }

  private static Queue<Idle> prepended(Idle first, Queue<Idle> rest) {
    var all = new ArrayDeque<>(rest);
    all.addFirst(first);
    return all;
  }
}
