package run.ephemeral.testkit;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/// Runs work in parallel with a test.
public final class Background {
  private Background() {}

  public static <T> FutureTask<T> run(Callable<T> work) {
    var task = new FutureTask<>(work);
    Thread.startVirtualThread(task);
    return task;
  }
}
