package run.ephemeral.gateway;

import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The open connections of clients.
///
/// At the limit, a new connection replaces the one that has been idle for longest, so that unused
/// connections keep nobody out. The new one is closed only if all others have a request under way.
/// Connections to the internal addresses of one environment have a limit of their own, and replace
/// only each other.
///
/// The search for the longest idle connection happens at the limit only, so that a request costs
/// nothing here. That connection is closed on its own event loop, unless it has a request by then:
/// no event loop waits for another.
@SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for a connection to close.
final class Clients {
  /// How many are closed when files run out: as many as a listener accepts in one turn.
  private static final int SOME = 16;

  /// A connection that is idle for less than this may have a request on its way.
  private static final long YOUNG = TimeUnit.SECONDS.toNanos(1);

  private final GatewayConfig.Limits limits;
  private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();

  Clients(GatewayConfig.Limits limits) {
    this.limits = limits;
  }

  /// Called on the event loop of the connection.
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

  /// Closes some idle connections when files ran out; from any thread. The times are copied before
  /// sorting, since other event loops change them meanwhile. No class is used here for the first
  /// time, since none can be loaded without a file.
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

  /// @param otherwise called if the connection was closed already, or has a request now
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
