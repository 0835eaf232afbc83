package run.ephemeral.server;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Tells everyone who streams that something is worth a look: the name of an environment, or an
/// empty name for anything.
public final class Hub implements AutoCloseable {
  private static final int MOST_WAITING = 10_000;

  private final Set<Subscription> subscriptions = new CopyOnWriteArraySet<>();
  private volatile boolean closed;

  public void publish(String environment) {
    subscriptions.forEach(subscription -> subscription.offer(environment));
  }

  /// Whether the control plane goes down, so that streams must end.
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

  /// One listener. A slow one loses names, never the fact that there was something.
  public final class Subscription implements AutoCloseable {
    private final LinkedBlockingQueue<String> names = new LinkedBlockingQueue<>(MOST_WAITING);

    private void offer(String name) {
      if (!names.offer(name)) {
        names.clear();
        names.add("");
      }
    }

    /// Waits at most this long; the names since the last call.
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
