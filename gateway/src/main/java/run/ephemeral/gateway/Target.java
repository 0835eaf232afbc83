package run.ephemeral.gateway;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// One port that a service listens or listened on, with the number of its requests. Which of the
/// two loopback addresses the service listens on is found out by connecting.
///
/// ```
///   open --drain--> draining --route--> open
/// ```
///
/// A draining target takes no new requests unless the route still points to it, and its connections
/// are closed instead of kept. A drain sets `draining` before it reads the count, and a request is
/// counted before it reads `draining`: one of both sees the other, so no request is missed.
final class Target {
  private static final InetAddress FOUR = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress SIX = InetAddress.ofLiteral("::1");

  private final int port;
  private final Door owner;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Set<Lasting> lasting = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;
  private volatile InetAddress address = FOUR;

  Target(int port, Door owner) {
    this.port = port;
    this.owner = owner;
  }

  /// A connection that does not end by itself: a WebSocket, an event stream.
  interface Lasting {
    /// Ends the connection soon and in order; from any thread, without effect if it has ended.
    void goodbye();
  }

  int port() {
    return port;
  }

  /// The address that was reached last; at first the one on which most services listen.
  InetAddress address() {
    return address;
  }

  void reachedAt(InetAddress known) {
    if (!known.equals(address)) {
      address = known;
    }
  }

  static InetAddress otherThan(InetAddress one) {
    return one.equals(FOUR) ? SIX : FOUR;
  }

  Door owner() {
    return owner;
  }

  boolean draining() {
    return draining;
  }

  void reopen() {
    draining = false;
  }

  void enter() {
    underWay.incrementAndGet();
  }

  void leave() {
    if (underWay.decrementAndGet() == 0) {
      wakeDrain();
    }
  }

  void add(Lasting one) {
    lasting.add(one);
  }

  void remove(Lasting one) {
    if (lasting.remove(one) && lasting.isEmpty()) {
      wakeDrain();
    }
  }

  void drain(Duration atMost, Duration grace) throws InterruptedException {
    draining = true;
    long end = System.nanoTime() + atMost.toNanos();
    synchronized (this) {
      while (underWay.get() > 0 && waitUntil(end)) {}
      long graceEnd = Math.min(end, System.nanoTime() + grace.toNanos());
      while (!lasting.isEmpty() && waitUntil(graceEnd)) {}
    }
    lasting.forEach(Lasting::goodbye);
    synchronized (this) {
      while (!lasting.isEmpty() && waitUntil(end)) {}
    }
  }

  private void wakeDrain() {
    if (draining) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  private boolean waitUntil(long end) throws InterruptedException {
    long left = end - System.nanoTime();
    if (left <= 0) {
      return false;
    }
    TimeUnit.NANOSECONDS.timedWait(this, left);
    return true;
  }
}
