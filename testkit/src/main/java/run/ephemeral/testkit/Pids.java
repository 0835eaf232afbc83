package run.ephemeral.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Processes by their ids.
public final class Pids {
  private Pids() {}

  /// Waits until a file contains `count` process ids.
  public static List<Long> of(Path file, int count) {
    return Eventually.value(
        count + " process ids",
        () ->
            Optional.of(text(file).lines().map(Long::valueOf).toList())
                .filter(all -> all.size() == count));
  }

  public static void assertGone(List<Long> pids) {
    Eventually.eventually(pids + " ended", () -> pids.stream().noneMatch(Pids::runs));
  }

  /// Whether the process runs; a zombie does not.
  public static boolean runs(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()
        && !text(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      // Not written yet, or the process has just ended.
      return "";
    }
  }
}
