package run.ephemeral.cli;

import java.time.Duration;
import run.ephemeral.cli.local.Pid;
import run.ephemeral.cli.output.Screen;
import run.ephemeral.wire.ShutdownRequest;

/// Stops a control plane and everything it runs, and waits until its process has ended.
///
/// That can take long with many environments or much data to delete, so it prints what it waits
/// for. Ctrl-C ends only the waiting.
final class Stopping {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration BETWEEN = Duration.ofSeconds(10);

  private final Cli cli;
  private final Screen screen;
  private final Duration patience;
  private final Duration between;

  Stopping(Cli cli, Screen screen) {
    this(cli, screen, PATIENCE, BETWEEN);
  }

  /// @param patience maximum time to wait
  /// @param between interval at which it prints that it still waits
  Stopping(Cli cli, Screen screen, Duration patience, Duration between) {
    this.cli = cli;
    this.screen = screen;
    this.patience = patience;
    this.between = between;
  }

  /// @return the exit code
  int stop(Cli.Connection connection, ShutdownRequest how) {
    connection.api().post("/shutdown", how);
    if (connection.pid().isEmpty()) {
      screen.line("The control plane at %s is stopping.".formatted(connection.api().base()));
      return Exit.OK;
    }
    try {
      await(connection.pid().get(), how.purge() ? "stopping and deleting" : "stopping");
      return Exit.OK;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.INTERRUPTED;
    }
  }

  private void await(long pid, String what) throws InterruptedException {
    var waited = Duration.ZERO;
    while (!Pid.awaitEnd(pid, between)) {
      waited = waited.plus(between);
      var text =
          "the control plane (pid %d) is still %s after %d s"
              .formatted(pid, what, waited.toSeconds());
      if (waited.compareTo(patience) >= 0) {
        var log = cli.shortened(cli.home().log().toString());
        throw new CliFault(Exit.TIMED_OUT, text, "it goes on; see what it does: " + log);
      }
      screen.line("  %s; Ctrl-C ends the waiting, not the stopping".formatted(text));
    }
  }
}
