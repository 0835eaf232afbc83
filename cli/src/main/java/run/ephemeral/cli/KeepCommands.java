package run.ephemeral.cli;

import java.math.BigInteger;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Commands that set how long an environment is kept.
final class KeepCommands {
  private KeepCommands() {}

  @Command(
      name = "extend",
      description = "Keep an environment longer.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} extend pr-shop-1 2d")
  static final class Extend implements Callable<Integer> {
    private static final Pattern PART = Pattern.compile("(\\d+)([smhd])");
    private static final BigInteger MOST_SECONDS = BigInteger.valueOf(365L * 86_400);

    private final Cli cli;

    @Parameters(index = "0", paramLabel = "NAME", description = "The environment.")
    private String name = "";

    @Parameters(
        index = "1",
        paramLabel = "DURATION",
        description = "How much longer, such as 12h or 2d; at most 365d.")
    private String duration = "";

    Extend(Cli cli) {
      this.cli = cli;
    }

    /// A negative number looks like an option, but there is a better answer to it.
    @Spec
    void spec(CommandSpec spec) {
      spec.parser().unmatchedOptionsArePositionalParams(true);
    }

    @Override
    public Integer call() {
      problem()
          .ifPresent(
              why -> {
                throw new CliFault(
                    Exit.USAGE,
                    "`%s` is %s".formatted(duration, why),
                    cli.command("extend %s 2d".formatted(name)));
              });
      return new Asking(cli).ask(name, "extend " + duration);
    }

    private Optional<String> problem() {
      if (duration.matches("-\\d.*")) {
        return Optional.of("negative; an environment can only be kept longer");
      }
      if (!duration.matches("(\\d+[smhd])+")) {
        return Optional.of("not a span of time; write 90m, 12h or 2d");
      }
      if (duration.matches("(0+[smhd])+")) {
        return Optional.of("too short; write at least 1s");
      }
      return isTooLong() ? Optional.of("too long; write at most 365d") : Optional.empty();
    }

    private boolean isTooLong() {
      var seconds =
          PART.matcher(duration)
              .results()
              .map(part -> new BigInteger(part.group(1)).multiply(unit(part.group(2))))
              .reduce(BigInteger.ZERO, BigInteger::add);
      return seconds.compareTo(MOST_SECONDS) > 0;
    }

    private static BigInteger unit(String letter) {
      var seconds =
          switch (letter) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3600;
            default -> 86_400;
          };
      return BigInteger.valueOf(seconds);
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
