package run.ephemeral.engine.process.instance;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.engine.Ledger.Entry;
import run.ephemeral.core.name.EnvironmentId;

/// This engine's entries in the ledger, with a copy in memory that answers all reads.
///
/// An intention is written before the effect. The result is written soon after by a thread that
/// retries while the store is away: if the control plane is killed before, the next one finds the
/// result out again. The meaning of the facts is known to their writers only.
public final class Entries implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Entries.class);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

  /// Writes that a visitor waits for go first, and several changes of an entry become one write.
  private static final Duration BEHIND = Duration.ofMillis(20);

  private static final ConcurrentMap<Ledger.Key, Map<String, String>> NONE =
      new ConcurrentHashMap<>();

  private final Ledger ledger;
  private final Map<EnvironmentId, ConcurrentMap<Ledger.Key, Map<String, String>>> known =
      new ConcurrentHashMap<>();
  private final KeyedLocks<EnvironmentId> turns = new KeyedLocks<>();
  private final LinkedBlockingQueue<Ledger.Key> behind = new LinkedBlockingQueue<>();
  private final Thread writer = Thread.ofVirtual().name("ledger").unstarted(this::writeBehind);

  public Entries(Ledger ledger) {
    this.ledger = ledger;
  }

  /// Reads the entries of earlier control planes and starts the writer.
  public void open() {
    ledger.all().forEach(entry -> of(entry.key().environment()).put(entry.key(), entry.facts()));
    writer.start();
  }

  /// The facts of an environment's entries of one kind, by name.
  public Map<String, Map<String, String>> of(EnvironmentId environment, String kind) {
    return known.getOrDefault(environment, NONE).entrySet().stream()
        .filter(entry -> entry.getKey().kind().equals(kind))
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().name(), Map.Entry::getValue, (a, b) -> b, TreeMap::new));
  }

  private ConcurrentMap<Ledger.Key, Map<String, String>> of(EnvironmentId environment) {
    return known.computeIfAbsent(environment, ignored -> new ConcurrentHashMap<>());
  }

  public boolean hasAny(EnvironmentId environment) {
    var entries = known.get(environment);
    return entries != null && !entries.isEmpty();
  }

  /// Returns after the entry is written.
  public void write(Ledger.Key key, Map<String, String> facts) {
    try (var _ = turns.takeUninterruptibly(key.environment())) {
      store(() -> ledger.write(new Entry(key, facts)));
      of(key.environment()).put(key, facts);
    }
  }

  /// Changes an existing entry, in memory at once and in the ledger soon.
  public void change(Ledger.Key key, Map<String, String> facts) {
    if (of(key.environment()).replace(key, facts) != null) {
      behind.add(key);
    }
  }

  /// Removes an entry, from memory at once and from the ledger soon. Its subject is gone already,
  /// which a later control plane that still finds the entry notices.
  public void strike(Ledger.Key key) {
    of(key.environment()).remove(key);
    behind.add(key);
  }

  /// Removes all entries of an environment; returns after the write.
  public void strike(EnvironmentId environment) {
    try (var _ = turns.takeUninterruptibly(environment)) {
      store(() -> ledger.strike(environment));
      known.remove(environment);
    }
  }

  /// Writes all entries again: a server that crashed may have lost the newest.
  public void writeAgain() {
    known.values().forEach(entries -> behind.addAll(entries.keySet()));
  }

  private static void store(Runnable statement) {
    try {
      // An interrupt closes the JDBC connection in use: the write needs a thread of its own.
      CompletableFuture.runAsync(statement, Thread::startVirtualThread).join();
    } catch (CompletionException e) {
      throw new FaultException(Fault.external("PostgreSQL, which keeps the ledger, fails", e), e);
    }
  }

  private void writeBehind() {
    var changed = new LinkedHashSet<Ledger.Key>();
    try {
      while (true) {
        changed.add(behind.take());
        Thread.sleep(BEHIND);
        behind.drainTo(changed);
        for (var next = changed.iterator(); next.hasNext(); next.remove()) {
          writeUntilDone(next.next());
        }
      }
    } catch (InterruptedException e) {
      behind.addAll(changed);
      Thread.currentThread().interrupt();
    }
  }

  private void writeUntilDone(Ledger.Key key) throws InterruptedException {
    while (!wrote(key)) {
      Thread.sleep(BETWEEN_TRIES);
    }
  }

  /// Writes an entry as it is in memory, or removes an entry that is not in memory any more.
  private boolean wrote(Ledger.Key key) {
    try (var _ = turns.takeUninterruptibly(key.environment())) {
      var entries = known.get(key.environment());
      var facts = entries == null ? null : entries.get(key);
      if (facts == null) {
        ledger.strike(key);
      } else {
        ledger.write(new Entry(key, facts));
      }
      return true;
    } catch (RuntimeException | Error e) {
      LOG.warn("ledger entry {} cannot be written yet: {}", key, e.toString());
      return false;
    }
  }

  /// Writes pending entries, if the store answers.
  @Override
  public void close() {
    writer.interrupt();
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (var key = behind.poll(); key != null && wrote(key); key = behind.poll()) {}
  }
}
