package run.ephemeral.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Commands that set how long an environment is kept.
final class KeepCommands {
  private KeepCommands() {}

  @Command(
      name = "extend",
      description = "Keep an environment longer.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} extend pr-shop-1 2d")
  static final class Extend implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "NAME", description = "The environment.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "DURATION", description = "How long, such as 12h or 2d.")
    private String duration = "";

    Extend(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      if (!duration.matches("(\\d+[smhd])+")) {
        throw new CliFault(
            Exit.USAGE,
            "`%s` is not a span of time; write 90m, 12h or 2d".formatted(duration),
            cli.command("extend %s 2d".formatted(name)));
      }
      return new Asking(cli).ask(name, "extend " + duration);
    }
  }

  @Command(
      name = "pin",
      description = "Keep an environment until it is unpinned or its pull request closes.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} pin pr-shop-1")
  static final class Pin implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "NAME", description = "The environment.")
    private String name = "";

    Pin(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return new Asking(cli).ask(name, "pin");
    }
  }

  @Command(
      name = "unpin",
      description = "Let a pinned environment expire again.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} unpin pr-shop-1")
  static final class Unpin implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "NAME", description = "The environment.")
    private String name = "";

    Unpin(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return new Asking(cli).ask(name, "unpin");
    }
  }
}
