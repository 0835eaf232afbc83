package run.ephemeral.server;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.EnvironmentId;

/// Makes environments due whose changes the engine reported, retrying while PostgreSQL is away:
/// the engine reports each change only once.
final class Wakes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Wakes.class);
  private static final int BETWEEN_TRIES_MILLIS = 500;

  private final Environments environments;
  private final LinkedBlockingQueue<Change> news = new LinkedBlockingQueue<>();
  private final Thread thread = Thread.ofVirtual().name("wakes").unstarted(this::loop);

  /// @param cluster whose engine reported it: two of them may have the same API server, and each
  ///     is told of what is on the other
  private record Change(ClusterName cluster, EnvironmentId environment) {}

  Wakes(Environments environments) {
    this.environments = environments;
  }

  void start() {
    thread.start();
  }

  void add(ClusterName cluster, EnvironmentId environment) {
    news.add(new Change(cluster, environment));
  }

  private void loop() {
    try {
      while (true) {
        var some = new LinkedHashSet<Change>();
        some.add(news.take());
        news.drainTo(some);
        carry(some);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void carry(Set<Change> some) throws InterruptedException {
    for (var change : some) {
      for (var told = tell(change); !told; told = tell(change)) {
        Thread.sleep(BETWEEN_TRIES_MILLIS);
      }
    }
  }

  private boolean tell(Change change) {
    try {
      environments.wake(change.environment(), change.cluster());
      return true;
    } catch (RuntimeException | Error e) {
      LOG.warn(
          "cannot make environment {} due, will retry: {}", change.environment(), e.toString());
      return false;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
