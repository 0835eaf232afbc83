package run.ephemeral.server;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Tells all open streams which environment may have changed; an empty name means any of them.
public final class Hub implements AutoCloseable {
  private static final int MOST_WAITING = 10_000;

  private final Set<Subscription> subscriptions = new CopyOnWriteArraySet<>();
  private volatile boolean closed;

  public void publish(String environment) {
    subscriptions.forEach(subscription -> subscription.offer(environment));
  }

  /// Whether the control plane is shutting down, so that streams must end.
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    publish("");
  }

  public Subscription subscribe() {
    var subscription = new Subscription();
    subscriptions.add(subscription);
    return subscription;
  }

  /// One listener. When its queue is full, the names are replaced by the empty name (any).
  public final class Subscription implements AutoCloseable {
    private final LinkedBlockingQueue<String> names = new LinkedBlockingQueue<>(MOST_WAITING);

    private void offer(String name) {
      if (!names.offer(name)) {
        names.clear();
        names.add("");
      }
    }

    /// Waits at most `atMost` for a name.
    ///
    /// @return all names since the last call
    public Set<String> await(Duration atMost) throws InterruptedException {
      var some = new HashSet<String>();
      var first = names.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
      if (first != null) {
        some.add(first);
        names.drainTo(some);
      }
      return some;
    }

    @Override
    public void close() {
      subscriptions.remove(this);
    }
  }
}
