package run.ephemeral.gateway;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;

/// One request at one environment, from the first decision about it until its answer is whole,
/// its WebSocket is closed or its client has left. It holds on to its environment while it
/// waits, and whichever process it goes to: also one that is replaced meanwhile.
///
/// Two things are counted. Every request takes one of the places that the environment may have
/// at once, so that one environment cannot take all that the gateway has. And a request from
/// outside is use, which keeps the environment awake. A request through an internal address is
/// no use: a service that polls its neighbour, or keeps a WebSocket to it, would keep its
/// environment awake for ever.
final class Stay {
  private final Site site;
  private final boolean visitor;
  private final InstantSource clock;
  private final AtomicBoolean over = new AtomicBoolean();

  /// Only [Site#admit] makes one.
  Stay(Site site, boolean visitor, InstantSource clock) {
    this.site = site;
    this.visitor = visitor;
    this.clock = clock;
  }

  Site site() {
    return site;
  }

  boolean visitor() {
    return visitor;
  }

  /// From any thread; harmless when it is over.
  void end() {
    if (over.compareAndSet(false, true)) {
      if (visitor) {
        site.used(clock.millis());
      }
      site.left(this);
    }
  }
}
