package run.ephemeral.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import run.ephemeral.wire.EnvironmentView;

/// Called by shell completion: prints names only, and nothing on failure.
@Command(name = "names", hidden = true, description = "Print the names of environments.")
final class NamesCommand implements Callable<Integer> {
  private final Cli cli;

  NamesCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    try {
      cli.connection()
          .map(connection -> new Environments(cli, connection.api()).all())
          .ifPresent(all -> all.stream().map(EnvironmentView::name).forEach(cli.out()::line));
    } catch (CliFault e) {
      // A message would disturb the completion of a word.
    }
    return Exit.OK;
  }
}
