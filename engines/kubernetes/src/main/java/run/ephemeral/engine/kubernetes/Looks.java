package run.ephemeral.engine.kubernetes;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;

/// Observations for the steps of an environment, which wait for the same pods. One that began after
/// a step asked for it serves that step, too.
final class Looks {
  private final Function<EnvironmentKey, Observation.Found> observe;
  private final Map<EnvironmentId, Looking> looking = new HashMap<>();

  /// Of an environment, while somebody asks.
  private static final class Looking {
    private final ReentrantLock turn = new ReentrantLock();
    private int users;
    private long begun;
    private @Nullable Last last;

    private record Last(long began, Observation.Found found) {}
  }

  Looks(Function<EnvironmentKey, Observation.Found> observe) {
    this.observe = observe;
  }

  Observation.Found of(EnvironmentKey environment) throws InterruptedException {
    Looking mine;
    long asked;
    synchronized (looking) {
      mine = looking.computeIfAbsent(environment.id(), _ -> new Looking());
      mine.users++;
      asked = mine.begun;
    }
    try {
      mine.turn.lockInterruptibly();
      try {
        return mine.last != null && mine.last.began() > asked
            ? mine.last.found()
            : look(environment, mine);
      } finally {
        mine.turn.unlock();
      }
    } finally {
      synchronized (looking) {
        mine.users--;
        if (mine.users == 0) {
          looking.remove(environment.id());
        }
      }
    }
  }

  /// How many wait for an observation to end.
  int waiting(EnvironmentKey environment) {
    synchronized (looking) {
      var known = looking.get(environment.id());
      return known == null ? 0 : known.turn.getQueueLength();
    }
  }

  private Observation.Found look(EnvironmentKey environment, Looking mine) {
    long began;
    synchronized (looking) {
      mine.begun++;
      began = mine.begun;
    }
    var found = observe.apply(environment);
    mine.last = new Looking.Last(began, found);
    return found;
  }
}
