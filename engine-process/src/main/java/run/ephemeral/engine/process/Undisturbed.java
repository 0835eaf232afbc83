package run.ephemeral.engine.process;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Does work on a thread of its own, which nobody can interrupt. An interrupted JDBC call closes
/// its connection, and the server goes on nevertheless: a database might appear after it was
/// dropped.
final class Undisturbed {
  private Undisturbed() {}

  /// Waits until the work is done. A caller that is interrupted meanwhile stays interrupted.
  ///
  /// @throws ExecutionException with what the work threw
  static void run(Callable<?> work) throws ExecutionException {
    var task = new FutureTask<>(work);
    Thread.startVirtualThread(task);
    var interrupted = false;
    try {
      while (true) {
        try {
          task.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
