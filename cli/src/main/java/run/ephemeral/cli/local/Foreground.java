package run.ephemeral.cli.local;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import run.ephemeral.cli.CliFault;
import run.ephemeral.cli.Exit;
import run.ephemeral.cli.World;

/// Runs a program in this terminal, as if the user had called it.
///
/// Ctrl-C reaches both of us; we stay until the program has dealt with it, so that the shell's
/// prompt does not come back before it is done.
public final class Foreground {
  private Foreground() {}

  /// @param more added to the environment
  /// @param stop whether to ask it to end when we are told to; it may not have been told
  /// @return its exit code
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
      throw new CliFault(Exit.FAILED, "cannot run %s: %s".formatted(command.getFirst(), e));
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
