package run.ephemeral.gateway;

import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The clients' connections that are open.
///
/// When as many are open as may be, a new connection takes the place of the one that has had no
/// request for longest, so that connections which nobody uses keep nobody out. The new one is
/// closed only when all others have a request under way. Connections to the internal addresses
/// of one environment are bounded by themselves, and make room among themselves.
///
/// The eldest is searched for among all when there is no room, so that a request costs nothing
/// here. It is closed on its own event loop, unless it has got a request meanwhile: no event
/// loop waits for another.
@SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for a connection to close.
final class Clients {
  /// Closed at once when files run out: as many as a listener accepts in one turn.
  private static final int SOME = 16;

  /// The request of a younger connection may be on its way.
  private static final long YOUNG = TimeUnit.SECONDS.toNanos(1);

  private final GatewayConfig.Limits limits;
  private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();

  Clients(GatewayConfig.Limits limits) {
    this.limits = limits;
  }

  /// On the event loop of the connection.
  void opened(ClientConnection one) {
    open.add(one);
    var site = one.site();
    if (site != null) {
      site.connections().incrementAndGet();
    }
    one.channel()
        .closeFuture()
        .addListener(
            _ -> {
              open.remove(one);
              if (site != null) {
                site.connections().decrementAndGet();
              }
            });
    makeRoom(one);
  }

  /// Files ran out: closes some that are idle; from any thread. They are sorted by what their
  /// times were when they were looked at: other event loops change them meanwhile. No class of
  /// ours is first needed here, since none can be loaded without a file.
  void spare() {
    long now = System.nanoTime();
    idle(one -> now - one.idleSince() > YOUNG)
        .map(one -> Map.entry(one.idleSince(), one))
        .sorted(Map.Entry.comparingByKey())
        .limit(SOME)
        .toList()
        .forEach(one -> close(one.getValue(), () -> {}));
  }

  private void makeRoom(ClientConnection newcomer) {
    if (!newcomer.channel().isOpen()) {
      return;
    }
    var site = newcomer.site();
    boolean inside = site != null && site.connections().get() > limits.perEnvironment();
    if (!inside && open.size() <= limits.connections()) {
      return;
    }
    idle(other -> other != newcomer && (!inside || other.site() == site))
        .min(Comparator.comparingLong(ClientConnection::idleSince))
        .ifPresentOrElse(
            eldest -> close(eldest, () -> makeRoom(newcomer)), () -> newcomer.channel().close());
  }

  private Stream<ClientConnection> idle(Predicate<ClientConnection> which) {
    return open.stream().filter(one -> one.idleSince() != ClientConnection.BUSY && which.test(one));
  }

  /// @param otherwise what to do when it was closed already, or has a request now
  private void close(ClientConnection one, Runnable otherwise) {
    if (!open.remove(one)) {
      otherwise.run();
      return;
    }
    one.channel()
        .eventLoop()
        .execute(
            () -> {
              boolean busy = one.idleSince() == ClientConnection.BUSY;
              if (one.channel().isOpen() && !busy) {
                one.channel().close();
                return;
              }
              if (one.channel().isOpen()) {
                open.add(one);
              }
              otherwise.run();
            });
  }
}
