package run.ephemeral.cli;

import java.time.Duration;
import run.ephemeral.cli.local.Pid;
import run.ephemeral.cli.output.Screen;
import run.ephemeral.wire.Shutdown;

/// Stops a control plane and everything it runs, and waits for its end.
final class Stopping {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Cli cli;
  private final Screen screen;

  Stopping(Cli cli, Screen screen) {
    this.cli = cli;
    this.screen = screen;
  }

  /// Answers with the exit code.
  int stop(Cli.Connection connection, Shutdown how) {
    connection.api().post("/shutdown", how);
    if (connection.pid().isEmpty()) {
      screen.line("The control plane at %s is stopping.".formatted(connection.api().base()));
      return Exit.OK;
    }
    var pid = connection.pid().get();
    try {
      if (Pid.awaitEnd(pid, PATIENCE)) {
        return Exit.OK;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.INTERRUPTED;
    }
    throw new CliFault(
        Exit.TIMED_OUT,
        "the control plane (pid %d) is still stopping after %d s"
            .formatted(pid, PATIENCE.toSeconds()),
        "see what it does: " + cli.shortened(cli.home().log().toString()));
  }
}
