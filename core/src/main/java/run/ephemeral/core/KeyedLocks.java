package run.ephemeral.core;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// A lock for each key. The lock of an unused key is discarded.
public final class KeyedLocks<K> {
  private final Map<K, Turn> turns = new HashMap<>();

  private static final class Turn {
    final ReentrantLock lock = new ReentrantLock();
    int users;
  }

  /// A lock that is held until closed.
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }

  public Held take(K key) throws InterruptedException {
    var turn = enter(key);
    try {
      turn.lock.lockInterruptibly();
    } catch (InterruptedException e) {
      leave(key, turn);
      throw e;
    }
    return held(key, turn);
  }

  /// Like [#take], but waits uninterruptibly; the interrupt flag is kept.
  public Held takeUninterruptibly(K key) {
    var turn = enter(key);
    turn.lock.lock();
    return held(key, turn);
  }

  private Turn enter(K key) {
    synchronized (turns) {
      var turn = turns.computeIfAbsent(key, ignored -> new Turn());
      turn.users++;
      return turn;
    }
  }

  private Held held(K key, Turn turn) {
    return () -> {
      turn.lock.unlock();
      leave(key, turn);
    };
  }

  /// The keys whose lock is held or waited for.
  public Set<K> taken() {
    synchronized (turns) {
      return Set.copyOf(turns.keySet());
    }
  }

  private void leave(K key, Turn turn) {
    synchronized (turns) {
      turn.users--;
      if (turn.users == 0) {
        turns.remove(key);
      }
    }
  }
}
