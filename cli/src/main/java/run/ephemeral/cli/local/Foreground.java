package run.ephemeral.cli.local;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import run.ephemeral.cli.CliFault;
import run.ephemeral.cli.Exit;
import run.ephemeral.cli.Why;
import run.ephemeral.cli.World;

/// Runs a program in this terminal, as if the user had called it.
///
/// Ctrl-C reaches both processes; this one waits until the program has ended, so that the shell's
/// prompt does not return earlier.
public final class Foreground {
  private Foreground() {}

  /// @param more variables added to the environment
  /// @param stop whether to terminate the program when this process is interrupted: a signal may
  ///     have been sent to this process only
  /// @return the program's exit code
  public static int run(World world, List<String> command, Map<String, String> more, boolean stop) {
    var builder = new ProcessBuilder(command).directory(world.directory().toFile()).inheritIO();
    builder.environment().clear();
    builder.environment().putAll(world.environment());
    builder.environment().putAll(more);
    try {
      var process = builder.start();
      try (var _ = world.interrupts().on(() -> leave(process, stop))) {
        return process.waitFor();
      }
    } catch (IOException e) {
      throw new CliFault(Exit.FAILED, "cannot run %s: %s".formatted(command.getFirst(), Why.of(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.INTERRUPTED;
    }
  }

  private static void leave(Process process, boolean stop) {
    if (stop) {
      process.destroy();
    }
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
