package run.ephemeral.server;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.Events;
import run.ephemeral.engine.process.ProcessEngine;
import run.ephemeral.store.PostgresStore;

/// What is done when PostgreSQL is back after a crash.
record PostgresReturn(
    PostgresStore store, ProcessEngine engine, Environments environments, Events events, Hub hub) {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresReturn.class);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

  /// @param sentence what happened, for people
  void told(String sentence) {
    store.reconnect();
    Thread.ofVirtual().name("came back").start(() -> tellUntilDone(sentence));
  }

  /// Retries, because the pool may still return connections from before the crash.
  private void tellUntilDone(String sentence) {
    try {
      while (!isTold(sentence)) {
        Thread.sleep(BETWEEN_TRIES);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isTold(String sentence) {
    try {
      tell(sentence);
      return true;
    } catch (RuntimeException e) {
      LOG.warn("cannot handle the return of PostgreSQL, will retry: {}", e.toString());
      return hub.isClosed();
    }
  }

  private void tell(String sentence) {
    engine.writeLedgerAgain();
    for (var environment : environments.all()) {
      if (!environment.observed().databases().isEmpty()) {
        events.note(environment.name(), Event.Level.WARNING, Event.Kind.NOTE, sentence);
      }
    }
    environments.wakeAll();
  }
}
