package run.ephemeral.gateway;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.gateway.Notice;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// What the gateway knows of one environment, and the requests held for it.
///
/// No request can miss a change: it reads [#version()], then decides to wait, and
/// [#hold(Held, long)] refuses it if the version has changed since, or if the site has left the
/// table.
final class Site {
  private static final long NEVER = Long.MIN_VALUE;
  private static final Set<Phase> ON_THE_WAY =
      EnumSet.of(Phase.WAKING, Phase.STARTING, Phase.READY);
  private static final Set<Phase> HOLDING =
      EnumSet.of(Phase.ASLEEP, Phase.WAKING, Phase.STARTING, Phase.READY);

  private final EnvironmentName name;
  private final Map<String, Door> doors = new ConcurrentHashMap<>();
  private final AtomicLong lastWake = new AtomicLong(NEVER);
  private final Object addresses = new Object();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger visitors = new AtomicInteger();
  private final AtomicInteger neighbours = new AtomicInteger();
  private final Set<Held> held = new LinkedHashSet<>();
  private volatile @Nullable Shown shown;
  private volatile long lastUsed = NEVER;
  private volatile long version;
  private boolean gone;

  Site(EnvironmentName name) {
    this.name = name;
  }

  /// A held request.
  interface Held {
    Door door();

    /// Makes the request decide again; from any thread.
    void again();
  }

  /// @param front the door at the environment's own host name
  /// @param open the doors with a host name of their own, by service
  record Shown(Notice notice, @Nullable Door front, Map<String, Door> open) {}

  EnvironmentName name() {
    return name;
  }

  @Nullable Shown shown() {
    return shown;
  }

  @Nullable Door existing(ComponentName service) {
    return doors.get(service.value());
  }

  Door door(ComponentName service) {
    return doors.computeIfAbsent(service.value(), _ -> new Door(this, service));
  }

  Collection<Door> doors() {
    return doors.values();
  }

  /// The lock for opening and closing the listeners of its doors. No event loop takes this lock, so
  /// a thread may wait for an event loop while holding it.
  Object addresses() {
    return addresses;
  }

  /// How many connections are open to its internal addresses.
  AtomicInteger connections() {
    return connections;
  }

  boolean asleep() {
    var now = shown;
    return now != null && now.notice().phase() == Phase.ASLEEP;
  }

  void show(Notice notice) {
    var before = shown;
    var front = notice.front().map(this::door).orElse(null);
    var open =
        notice.publicServices().stream()
            .collect(Collectors.toUnmodifiableMap(ComponentName::value, this::door));
    shown = new Shown(notice, front, open);
    if (notice.phase() != Phase.ASLEEP) {
      lastWake.set(NEVER);
    }
    if (before == null
        || !goesOnWaiting(before.notice().phase(), notice.phase())
        || before.front() != front
        || !before.open().equals(open)) {
      changed(_ -> true);
    }
  }

  /// Whether held requests stay held: the phase changes several times during a wake, and evaluating
  /// all held requests again each time would be too much work.
  private static boolean goesOnWaiting(Phase before, Phase now) {
    return before == now || (ON_THE_WAY.contains(now) && HOLDING.contains(before));
  }

  /// Counts a request against the environment's limit, so that one environment cannot use up the
  /// gateway's capacity. A request counts from the first decision about it until its answer is
  /// complete, its WebSocket is closed or its client has disconnected: also while it is held, and
  /// while its process is replaced.
  ///
  /// A request from outside keeps the environment awake. One through an internal address does not:
  /// a service that polls another, or keeps a WebSocket to it, would keep its environment awake for
  /// ever.
  ///
  /// @param visitor whether the request came from outside
  /// @return whether the request is within the limit
  boolean admit(boolean visitor, int most) {
    var kind = visitor ? visitors : neighbours;
    var other = visitor ? neighbours : visitors;
    if (kind.incrementAndGet() + other.get() <= most) {
      return true;
    }
    kind.decrementAndGet();
    return false;
  }

  /// The request does not count any more.
  void leave(boolean visitor, long millis) {
    if (visitor) {
      used(millis);
      visitors.decrementAndGet();
    } else {
      neighbours.decrementAndGet();
    }
  }

  /// Whether the environment is in use: a request, an event stream or a WebSocket from outside
  /// waits or is under way.
  boolean isBusy() {
    return visitors.get() > 0;
  }

  void used(long millis) {
    if (millis != lastUsed) {
      lastUsed = millis;
    }
  }

  /// Milliseconds since 1970; null before the first use.
  @Nullable Long lastUsed() {
    long at = lastUsed;
    return at == NEVER ? null : at;
  }

  long version() {
    return version;
  }

  /// @return false if the site has changed since that version: decide again
  synchronized boolean hold(Held request, long seen) {
    return !gone && version == seen && held.add(request);
  }

  synchronized void unhold(Held request) {
    held.remove(request);
  }

  synchronized boolean holds() {
    return !held.isEmpty();
  }

  /// Called when the site has left the table. Releases held requests and accepts no more, since
  /// nothing would release them.
  void retire() {
    synchronized (this) {
      gone = true;
    }
    changed(_ -> true);
  }

  /// Releases the held requests that the change may concern.
  void changed(Predicate<Held> concerned) {
    List<Held> again = new ArrayList<>();
    synchronized (this) {
      version++;
      held.removeIf(one -> concerned.test(one) && again.add(one));
    }
    again.forEach(Held::again);
  }

  /// Whether the caller has to wake the environment: at the first request since it fell asleep, and
  /// again after each interval without effect.
  boolean mayWake(long nanos, long everyNanos) {
    long last = lastWake.get();
    return (last == NEVER || nanos - last >= everyNanos) && lastWake.compareAndSet(last, nanos);
  }
}
