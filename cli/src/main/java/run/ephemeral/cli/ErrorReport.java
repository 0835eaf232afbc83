package run.ephemeral.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import run.ephemeral.cli.output.Nearest;
import run.ephemeral.cli.output.Plain;

/// Reports failures on standard error: what, where, why, and what to do next.
final class ErrorReport {
  private final Cli cli;

  ErrorReport(Cli cli) {
    this.cli = cli;
  }

  /// Prints the error.
  ///
  /// @return the exit code
  int of(Exception error) {
    var code =
        switch (error) {
          case CliFault fault -> report(fault);
          case IOException problem -> failed(problem);
          case UncheckedIOException problem when problem.getCause() != null ->
              failed(problem.getCause());
          default -> bug(error);
        };
    if (cli.options().debug) {
      cli.err().raw(stackTrace(error));
    }
    return code;
  }

  private int report(CliFault fault) {
    say(fault.message(), next(fault));
    return fault.exit();
  }

  private List<String> next(CliFault fault) {
    if (fault.exit() == Exit.NO_CONTROL_PLANE && fault.next().isEmpty()) {
      return List.of(
          cli.connection()
              .flatMap(Cli.Connection::pid)
              .map(this::silent)
              .orElseGet(() -> "see what there is: " + cli.command("doctor")));
    }
    return fault.next();
  }

  /// A control plane that stops closes its port long before its process ends.
  private String silent(long pid) {
    return "its process %d runs: wait for its end if it is being stopped, else read its log: %s"
        .formatted(pid, cli.shortened(cli.home().log().toString()));
  }

  private int failed(IOException problem) {
    say(Why.of(problem), List.of());
    return Exit.FAILED;
  }

  private int bug(Exception error) {
    say(
        "this should not happen: " + error,
        List.of("see where it comes from: the same command with --debug"));
    return Exit.FAILED;
  }

  /// Reports an invalid command line.
  int of(ParameterException error) {
    var line = error.getCommandLine();
    say(message(error), List.of(line.getCommandSpec().qualifiedName() + " --help"));
    return Exit.USAGE;
  }

  private static String message(ParameterException error) {
    var text = String.valueOf(error.getMessage());
    if (error instanceof UnmatchedArgumentException unmatched) {
      var wrong = unmatched.getUnmatched().getFirst();
      var what =
          unmatched.isUnknownOption()
              ? "there is no option `%s`".formatted(wrong)
              : takesCommands(error.getCommandLine())
                  ? "there is no command `%s`".formatted(wrong)
                  : "there is one argument too many: `%s`".formatted(wrong);
      return what + Nearest.hint(wrong, words(error.getCommandLine(), unmatched));
    }
    return text.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + text.substring(1);
  }

  private static Collection<String> words(CommandLine line, UnmatchedArgumentException wrong) {
    return wrong.isUnknownOption()
        ? line.getCommandSpec().optionsMap().keySet()
        : line.getSubcommands().keySet();
  }

  private static boolean takesCommands(CommandLine line) {
    return !line.getSubcommands().isEmpty();
  }

  private void say(String message, List<String> next) {
    var err = cli.err();
    err.line(err.red("error:") + " " + safe(message));
    next.forEach(step -> err.line("  → " + safe(step)));
  }

  /// Removes control characters: an error may quote a branch or file name chosen by strangers.
  private static String safe(String text) {
    return text.lines().map(Plain::of).collect(Collectors.joining("\n"));
  }

  private static String stackTrace(Exception error) {
    var text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
