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

/// What the gateway knows of one environment, and who waits for it.
///
/// Nobody can miss a change: a request reads [#version()], then decides to wait, and
/// [#hold(Held, long)] refuses it when the version has moved, or when the site has left the
/// table since the request found it there.
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

  /// A request that waits.
  interface Held {
    Door door();

    /// Try again; from any thread.
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

  /// The lock for opening and closing the listeners of its doors. No event loop takes it, so it
  /// may be held while waiting for one.
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

  /// Whether who waited in the one phase only waits in the other, so that a crowd need not think
  /// again at every step of a wake.
  private static boolean goesOnWaiting(Phase before, Phase now) {
    return before == now || (ON_THE_WAY.contains(now) && HOLDING.contains(before));
  }

  /// Takes one of the places that the environment may have at once, so that one environment
  /// cannot take all that the gateway has. A request has its place from the first decision about
  /// it until its answer is whole, its WebSocket is closed or its client has left: also while it
  /// waits, and while it is at a process that is replaced meanwhile.
  ///
  /// A request from outside is use, which keeps the environment awake. One through an internal
  /// address is no use: a service that polls its neighbour, or keeps a WebSocket to it, would
  /// keep its environment awake for ever.
  ///
  /// @param visitor whether the request came from outside
  /// @return whether there was room for one more
  boolean admit(boolean visitor, int most) {
    var kind = visitor ? visitors : neighbours;
    var other = visitor ? neighbours : visitors;
    if (kind.incrementAndGet() + other.get() <= most) {
      return true;
    }
    kind.decrementAndGet();
    return false;
  }

  /// Gives a place back.
  void leave(boolean visitor, long millis) {
    if (visitor) {
      used(millis);
      visitors.decrementAndGet();
    } else {
      neighbours.decrementAndGet();
    }
  }

  /// Whether somebody uses it now: a request, an event stream or a WebSocket from outside waits
  /// or is under way.
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

  /// @return false when something has changed since that version: look again instead
  synchronized boolean hold(Held request, long seen) {
    return !gone && version == seen && held.add(request);
  }

  synchronized void unhold(Held request) {
    held.remove(request);
  }

  synchronized boolean holds() {
    return !held.isEmpty();
  }

  /// It has left the table: nobody would let go of who waits here from now on.
  void retire() {
    synchronized (this) {
      gone = true;
    }
    changed(_ -> true);
  }

  /// Lets go of those that the change may concern.
  void changed(Predicate<Held> concerned) {
    List<Held> again = new ArrayList<>();
    synchronized (this) {
      version++;
      held.removeIf(one -> concerned.test(one) && again.add(one));
    }
    again.forEach(Held::again);
  }

  /// Whether this caller is the one to wake it now: the first since it fell asleep, or since the
  /// last call went unheard for so long.
  boolean mayWake(long nanos, long everyNanos) {
    long last = lastWake.get();
    return (last == NEVER || nanos - last >= everyNanos) && lastWake.compareAndSet(last, nanos);
  }
}
