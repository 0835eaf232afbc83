package run.ephemeral.server;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.codehost.Deliveries;
import run.ephemeral.core.spec.AppName;

/// Tells all control planes at which apps something changed. Many changes of one moment are told in
/// one statement, outside of the transactions that store deliveries: commits with NOTIFY wait for
/// each other.
final class Nudges implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Nudges.class);

  private final Deliveries deliveries;
  private final LinkedBlockingQueue<AppName> news = new LinkedBlockingQueue<>();
  private final Thread thread = Thread.ofVirtual().name("nudges").unstarted(this::loop);

  Nudges(Deliveries deliveries) {
    this.deliveries = deliveries;
  }

  void start() {
    thread.start();
  }

  void add(List<AppName> apps) {
    news.addAll(apps);
  }

  private void loop() {
    try {
      while (true) {
        var some = new LinkedHashSet<AppName>();
        some.add(news.take());
        news.drainTo(some);
        announce(some);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void announce(Set<AppName> some) {
    try {
      deliveries.announce(some);
    } catch (RuntimeException e) {
      LOG.warn("a change of {} is found by asking: {}", some, e.toString());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
