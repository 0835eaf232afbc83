package run.ephemeral.cli;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.Records;

@Command(
    name = "version",
    description = "Print the version.",
    footerHeading = "%nExample%n",
    footer = "  ${ROOT-COMMAND-NAME} version")
final class VersionCommand implements Callable<Integer> {
  static final String UNKNOWN = "unreleased";

  private final Cli cli;

  VersionCommand(Cli cli) {
    this.cli = cli;
  }

  /// For `--version`.
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"ephemeral " + version()};
    }
  }

  /// The version in the jar's manifest; unknown for classes outside a jar.
  static String version() {
    return Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion())
        .orElse(UNKNOWN);
  }

  @Override
  public Integer call() {
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), Json.tree(Map.of("version", version())));
    } else {
      cli.out().line("ephemeral " + version());
    }
    return Exit.OK;
  }
}
