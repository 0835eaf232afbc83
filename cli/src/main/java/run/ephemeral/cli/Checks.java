package run.ephemeral.cli;

import java.util.List;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Screen;
import run.ephemeral.wire.Check;

/// Prints what a doctor found.
final class Checks {
  private static final String INDENT = " ".repeat(18);

  private Checks() {}

  static void show(List<Check> checks, Screen out) {
    checks.forEach(check -> show(check, out));
  }

  private static void show(Check check, Screen out) {
    var mark =
        switch (check.status()) {
          case "ok" -> out.green("✓");
          case "warning" -> out.yellow("!");
          default -> out.red("✗");
        };
    out.line("%s %-15s %s".formatted(mark, check.name(), Plain.of(check.detail())));
    if (check.fix() != null) {
      var lines = check.fix().lines().map(Plain::of).toList();
      out.line(INDENT + "→ " + String.join("\n" + INDENT + "  ", lines));
    }
  }

  /// @return the exit code
  static int ending(List<Check> checks) {
    var failing = checks.stream().anyMatch(check -> check.status().equals("failing"));
    return failing ? Exit.FAILED : Exit.OK;
  }
}
