package run.ephemeral.engine.kubernetes;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import run.ephemeral.core.name.EnvironmentId;

/// Lets the steps of a few environments at a time go on, in the order in which they came.
///
/// The steps of one environment share its turn: what one of them prepares the others need, too.
final class Turns {
  private final int most;

  /// Of the environments with a step that goes on or waits, in the order of their first step.
  private final Map<EnvironmentId, Turn> turns = new LinkedHashMap<>();

  /// How many turns have come, and are not over.
  private int underWay;

  private static final class Turn {
    private final CountDownLatch come = new CountDownLatch(1);
    private int steps;

    boolean hasCome() {
      return come.getCount() == 0;
    }
  }

  Turns(int most) {
    this.most = most;
  }

  /// Waits for the turn of an environment, which [#leave] ends.
  void enter(EnvironmentId environment) throws InterruptedException {
    Turn turn;
    synchronized (this) {
      turn = turns.computeIfAbsent(environment, _ -> new Turn());
      turn.steps++;
      callNext();
    }
    try {
      turn.come.await();
    } catch (InterruptedException e) {
      leave(environment);
      throw e;
    }
  }

  /// Called once for each step that entered.
  synchronized void leave(EnvironmentId environment) {
    var turn = turns.get(environment);
    if (turn != null && --turn.steps == 0) {
      turns.remove(environment);
      underWay -= turn.hasCome() ? 1 : 0;
      callNext();
    }
  }

  private void callNext() {
    for (var turn : turns.values()) {
      if (underWay == most) {
        return;
      }
      if (!turn.hasCome()) {
        turn.come.countDown();
        underWay++;
      }
    }
  }

  /// Whether an environment waits for its turn.
  synchronized boolean areAwaited() {
    return turns.size() > underWay;
  }
}
