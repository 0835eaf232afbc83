package run.ephemeral.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.Deliveries;
import run.ephemeral.core.codehost.Deliveries.Delivery;

/// Stores deliveries of webhooks: those that wait at one moment in one transaction.
final class Inbox implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
  private static final int MOST_AT_ONCE = 500;

  /// GitHub waits ten seconds for an answer.
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final Duration BETWEEN_DELETES_OF_MANY = Duration.ofSeconds(5);
  private static final Duration BETWEEN_DELETES = Duration.ofHours(1);

  private final Deliveries deliveries;
  private final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
  private final Thread thread = Thread.ofVirtual().name("inbox").unstarted(this::loop);

  private record Waiting(Delivery delivery, CompletableFuture<Boolean> stored) {}

  Inbox(Deliveries deliveries) {
    this.deliveries = deliveries;
  }

  void start() {
    thread.start();
  }

  /// Returns when the delivery is on disk.
  ///
  /// @throws FaultException EXTERNAL when it cannot be stored now
  void receive(Delivery delivery) {
    var stored = new CompletableFuture<Boolean>();
    waiting.add(new Waiting(delivery, stored));
    try {
      stored.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (RuntimeException e) {
      var cause = e.getCause() instanceof TimeoutException ? "it takes too long" : e.toString();
      throw new FaultException(Fault.external("the delivery cannot be stored now: " + cause, e), e);
    }
  }

  private void loop() {
    var deleteAt = System.nanoTime();
    try {
      while (true) {
        var some = new ArrayList<Waiting>();
        var first = waiting.poll(BETWEEN_DELETES.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          some.add(first);
          waiting.drainTo(some, MOST_AT_ONCE);
          store(some);
        }
        if (System.nanoTime() - deleteAt >= 0) {
          var wait = deleteOld() ? BETWEEN_DELETES_OF_MANY : BETWEEN_DELETES;
          deleteAt = System.nanoTime() + wait.toNanos();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// One that cannot be stored keeps no other one from it.
  private void store(List<Waiting> some) {
    try {
      deliveries.receive(some.stream().map(Waiting::delivery).toList());
      some.forEach(each -> each.stored().complete(true));
    } catch (RuntimeException | Error e) {
      if (some.size() > 1) {
        some.forEach(each -> store(List.of(each)));
        return;
      }
      LOG.warn("a delivery cannot be stored: {}", e.toString());
      some.getFirst().stored().completeExceptionally(e);
    }
  }

  /// @return whether there are more
  private boolean deleteOld() {
    try {
      return deliveries.deleteOld();
    } catch (RuntimeException | Error e) {
      LOG.warn("old deliveries cannot be deleted now: {}", e.toString());
      return false;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
