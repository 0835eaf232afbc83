package run.ephemeral.server;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.name.EnvironmentId;

/// Makes environments due whose changes the engine reported, retrying while PostgreSQL is away:
/// the engine reports each change only once.
final class Wakes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Wakes.class);
  private static final int BETWEEN_TRIES_MILLIS = 500;

  private final Environments environments;
  private final LinkedBlockingQueue<EnvironmentId> news = new LinkedBlockingQueue<>();
  private final Thread thread = Thread.ofVirtual().name("wakes").unstarted(this::loop);

  Wakes(Environments environments) {
    this.environments = environments;
  }

  void start() {
    thread.start();
  }

  void add(EnvironmentId environment) {
    news.add(environment);
  }

  private void loop() {
    try {
      while (true) {
        var some = new LinkedHashSet<EnvironmentId>();
        some.add(news.take());
        news.drainTo(some);
        carry(some);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void carry(Set<EnvironmentId> some) throws InterruptedException {
    for (var environment : some) {
      for (var told = tell(environment); !told; told = tell(environment)) {
        Thread.sleep(BETWEEN_TRIES_MILLIS);
      }
    }
  }

  private boolean tell(EnvironmentId environment) {
    try {
      environments.wake(environment);
      return true;
    } catch (RuntimeException | Error e) {
      LOG.warn("cannot make environment {} due, will retry: {}", environment, e.toString());
      return false;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
