package run.ephemeral.reconciler;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Environments.Claim;
import run.ephemeral.core.environment.Environments.Lease;
import run.ephemeral.core.environment.NewEvent;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentName;

/// Claims due environments and runs them, a thread each. Any number of workers, in any number of
/// processes, share one table.
public final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final int MOST_RUNS = 256;
  private static final Duration LONGEST_NAP = Duration.ofSeconds(30);
  private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(5);
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

  private final Reconciler reconciler;
  private final Environments environments;
  private final String owner;
  private final Map<EnvironmentId, Running> runs = new ConcurrentHashMap<>();
  private final Semaphore bell = new Semaphore(0);
  private final Semaphore room = new Semaphore(MOST_RUNS);
  private volatile long renewedAt = System.nanoTime();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean started;
  private final Thread claims = Thread.ofPlatform().name("claims").daemon().unstarted(this::claim);
  private final Thread renewals =
      Thread.ofPlatform().name("renewals").daemon().unstarted(this::renew);

  private record Running(Run run, Lease lease, Thread thread) {}

  /// @param owner unique among live workers; an earlier process may have used it
  public Worker(Reconciler reconciler, String owner) {
    this.reconciler = reconciler;
    this.environments = reconciler.environments;
    this.owner = owner;
  }

  /// Starts, and takes over at once the leases of an earlier process with this owner.
  public void start() {
    environments.abandon(owner);
    started = true;
    claims.start();
    renewals.start();
  }

  /// Wakes the claiming thread and running environments, since something may be due. Cheap; may be
  /// called often.
  ///
  /// @param name the environment; empty for any
  public void ring(String name) {
    bell.release();
    for (var running : runs.values()) {
      if (name.isEmpty() || name.equals(running.run().name().value())) {
        running.run().wake();
      }
    }
  }

  private void claim() {
    while (!closed.get()) {
      try {
        if (claimOne()) {
          continue;
        }
        bell.drainPermits();
        var nap = nap(environments.nextDue(claimant().served()));
        if (bell.tryAcquire(nap.toMillis(), TimeUnit.MILLISECONDS)) {
          bell.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        trouble("no environment can be claimed", e);
      }
    }
  }

  private boolean claimOne() throws InterruptedException {
    room.acquire();
    return begin(() -> environments.claim(claimant()), Optional::empty);
  }

  private Environments.Claimant claimant() {
    var clusters = reconciler.effects.engines().clusters();
    var served = clusters.stream().map(Cluster::name).collect(Collectors.toSet());
    return new Environments.Claimant(owner, reconciler.limits.lease(), served);
  }

  /// Changes the desired state of an environment for a waiting visitor. When the lease is free,
  /// this worker starts the run at once, which saves a notification and a claim. Before its start,
  /// after its end, or without a free slot the worker only writes: the engine may not be ready to
  /// be observed.
  ///
  /// @param event the event of the visit, asked for after the change; empty for none
  void visit(
      EnvironmentName name, UnaryOperator<Wanted> change, Supplier<Optional<NewEvent>> event) {
    if (!started || closed.get() || !room.tryAcquire()) {
      environments.find(name).ifPresent(known -> environments.want(known.id(), change));
      event.get().map(List::of).ifPresent(reconciler.events::add);
      return;
    }
    if (!begin(() -> environments.visit(name, change, claimant()), event)) {
      event.get().map(List::of).ifPresent(reconciler.events::add);
    }
  }

  /// Starts a run, or releases its slot.
  private boolean begin(Supplier<Optional<Claim>> claiming, Supplier<Optional<NewEvent>> event) {
    var begun = false;
    try {
      renewIfOverdue();
      var claim = claiming.get();
      claim.ifPresent(one -> begin(one, event.get()));
      begun = claim.isPresent();
      return begun;
    } catch (RuntimeException e) {
      // The claim may have succeeded although its answer was lost: its lease expires, so the next
      // due time has to be read again.
      bell.release();
      throw e;
    } finally {
      if (!begun) {
        room.release();
      }
    }
  }

  private Duration nap(Optional<Instant> due) {
    var until = due.map(at -> Duration.between(Instant.now(), at)).orElse(LONGEST_NAP);
    if (until.compareTo(LONGEST_NAP) > 0) {
      return LONGEST_NAP;
    }
    return until.isNegative() ? Duration.ofMillis(20) : until.plusMillis(1);
  }

  private void begin(Claim claim, Optional<NewEvent> event) {
    var run = reconciler.run(claim);
    event.ifPresent(run::note);
    var lease = claim.lease();
    var thread = Thread.ofVirtual().name("run-" + lease.id()).unstarted(() -> work(run, lease));
    var earlier = runs.put(lease.id(), new Running(run, lease, thread));
    if (earlier != null) {
      earlier.run().abandon();
    }
    thread.start();
    if (closed.get()) {
      thread.interrupt();
    }
  }

  private void work(Run run, Lease lease) {
    try {
      release(lease, call(run));
    } catch (RuntimeException e) {
      trouble("%s cannot be released and will expire".formatted(lease), e);
    } finally {
      runs.computeIfPresent(
          lease.id(), (id, running) -> running.run().equals(run) ? null : running);
      room.release();
    }
  }

  private Next call(Run run) {
    try {
      return run.call();
    } catch (InterruptedException e) {
      return new Next.Again(Instant.now(), false);
    } catch (RuntimeException | Error e) {
      LOG.error("{}: reconciliation failed and is retried", run.name(), e);
      return new Next.Retry(Fault.internal("a reconciliation failed", e));
    }
  }

  private void release(Lease lease, Next next) {
    switch (next) {
      case Next.Settled() -> environments.release(lease, Optional.empty(), true);
      case Next.Again(var at, var settled) -> environments.release(lease, Optional.of(at), settled);
      case Next.Retry(var ignored) ->
          environments.release(lease, Optional.of(Instant.now().plus(AFTER_TROUBLE)), false);
      case Next.Gone() -> {}
      case Next.Lost() -> {}
    }
    bell.release();
  }

  /// After a long outage of the store, renews the leases of this worker's runs first: this worker
  /// could otherwise claim their environments as expired.
  private void renewIfOverdue() {
    if (System.nanoTime() - renewedAt > reconciler.limits.lease().toNanos() / 2) {
      renewAll();
    }
  }

  private void renewAll() {
    for (var running : runs.values()) {
      if (!environments.renew(running.lease(), reconciler.limits.lease())) {
        running.run().abandon();
      }
    }
    renewedAt = System.nanoTime();
  }

  private void renew() {
    while (!closed.get()) {
      try {
        Thread.sleep(reconciler.limits.lease().dividedBy(3));
        renewAll();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        trouble("leases cannot be renewed", e);
      }
    }
  }

  private void trouble(String what, Throwable e) {
    if (closed.get()) {
      return;
    }
    LOG.warn("{}: {}", what, e.toString());
    try {
      Thread.sleep(AFTER_TROUBLE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Stops claiming and ends the runs that are under way. The next worker takes over what they
  /// left.
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    claims.interrupt();
    renewals.interrupt();
    runs.values().forEach(running -> running.thread().interrupt());
    try {
      // Every run, also one that is about to start, holds a slot.
      if (!room.tryAcquire(MOST_RUNS, LONGEST_GOODBYE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("runs of environments {} do not end; their leases expire", runs.keySet());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
