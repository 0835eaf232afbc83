package run.ephemeral.core;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// One at a time for each key; other keys do not wait. Keeps nothing of a key that nobody uses.
public final class Turns<K> {
  private final Map<K, Turn> turns = new HashMap<>();

  private static final class Turn {
    final ReentrantLock lock = new ReentrantLock();
    int users;
  }

  /// A turn, until it is closed.
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

  /// As [#take], for who must go on though he is interrupted; he stays interrupted.
  public Held takeAnyway(K key) {
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

  /// The keys that somebody has, or waits for.
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
