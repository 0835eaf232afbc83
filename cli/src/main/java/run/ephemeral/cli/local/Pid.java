package run.ephemeral.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Processes that are not child processes of this one.
public final class Pid {
  private Pid() {}

  /// Whether the process runs; a zombie does not.
  public static boolean isRunning(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent() && !isZombie(pid);
  }

  private static boolean isZombie(long pid) {
    try {
      var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.startsWith(") Z", Math.max(0, stat.lastIndexOf(')')));
    } catch (IOException e) {
      return false;
    }
  }

  /// Waits until the process has ended.
  ///
  /// @return whether it ended in time
  public static boolean awaitEnd(long pid, Duration longest) throws InterruptedException {
    var deadline = System.nanoTime() + longest.toNanos();
    while (isRunning(pid)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      pause(pid);
    }
    return true;
  }

  private static void pause(long pid) throws InterruptedException {
    try {
      var handle = ProcessHandle.of(pid);
      if (handle.isPresent()) {
        handle.get().onExit().get(50, TimeUnit.MILLISECONDS);
      }
    } catch (TimeoutException | ExecutionException e) {
      // The caller checks again.
    }
  }
}
