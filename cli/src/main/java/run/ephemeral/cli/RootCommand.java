package run.ephemeral.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `ephemeral` without a command: prints the overview.
@Command(
    name = "ephemeral",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.Provider.class,
    sortOptions = false,
    abbreviateSynopsis = true,
    usageHelpWidth = 96,
    synopsisSubcommandLabel = "COMMAND")
final class RootCommand implements Runnable {
  @Mixin final GlobalOptions options;
  private final Cli cli;

  @Spec private CommandSpec spec = CommandSpec.create();

  RootCommand(Cli cli) {
    this.cli = cli;
    this.options = cli.options();
  }

  @Override
  public void run() {
    spec.commandLine().usage(cli.out().stream());
  }
}
