package run.ephemeral.gateway;

import io.netty.channel.EventLoopGroup;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts held requests, and wakes the environments they wait for.
///
/// The call is repeated each second while a request waits and the environment still sleeps, so that
/// a lost call does no harm. [Site] keeps the held requests.
final class Holding {
  private static final Logger LOG = LoggerFactory.getLogger(Holding.class);
  private static final long EVERY = TimeUnit.SECONDS.toNanos(1);

  private final Waker waker;
  private final int most;
  private final EventLoopGroup loops;
  private final AtomicInteger held = new AtomicInteger();
  private final Set<Site> nudged = ConcurrentHashMap.newKeySet();

  Holding(Waker waker, int most, EventLoopGroup loops) {
    this.waker = waker;
    this.most = most;
    this.loops = loops;
  }

  /// @return false at the limit
  boolean admit() {
    if (held.incrementAndGet() <= most) {
      return true;
    }
    held.decrementAndGet();
    return false;
  }

  int held() {
    return held.get();
  }

  void leave() {
    held.decrementAndGet();
  }

  void wake(Site site) {
    long now = System.nanoTime();
    if (!site.mayWake(now, EVERY)) {
      return;
    }
    if (nudged.add(site)) {
      var _ = loops.schedule(() -> nudge(site), EVERY, TimeUnit.NANOSECONDS);
    }
    try {
      waker.wake(site.name());
    } catch (RuntimeException e) {
      LOG.warn("waking {} failed, trying again while requests wait", site.name(), e);
    }
  }

  private void nudge(Site site) {
    nudged.remove(site);
    if (site.asleep() && site.holds()) {
      wake(site);
    }
  }
}
