package run.ephemeral.cli;

import run.ephemeral.cli.output.EnvironmentTable;
import run.ephemeral.cli.output.Screen;

/// Tables whose hints name commands as the user calls the program.
final class Views {
  private Views() {}

  static EnvironmentTable table(Cli cli, Screen screen) {
    return new EnvironmentTable(screen, cli::command, cli::shortened);
  }
}
