package run.ephemeral.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/// Options: whether and how long to wait until a command is carried out.
final class WaitOptions {
  static final Duration PATIENCE = Duration.ofMinutes(10);

  @Option(
      names = {"-w", "--wait"},
      description = "Wait until it is done, showing progress.")
  boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long to wait at most, such as 90s. Default: 10m.")
  Duration timeout = PATIENCE;
}
