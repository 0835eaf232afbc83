package run.ephemeral.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.local.Checkup;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.cli.output.Screen;
import run.ephemeral.wire.Check;

@Command(
    name = "doctor",
    description = "Check that this machine and the control plane are well.",
    footerHeading = "%nExit code 1 when something is failing.%n%nExample%n",
    footer = "  ${ROOT-COMMAND-NAME} doctor")
final class DoctorCommand implements Callable<Integer> {
  private final Cli cli;

  DoctorCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var checks = checks();
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), Json.tree(checks));
    } else {
      checks.forEach(check -> show(check, cli.out()));
    }
    var failing = checks.stream().anyMatch(check -> check.status().equals("failing"));
    return failing ? Exit.FAILED : Exit.OK;
  }

  private List<Check> checks() {
    var checks = new ArrayList<Check>();
    try {
      var connection = cli.connection();
      if (connection.isEmpty()) {
        checks.addAll(ours());
        checks.add(
            new Check(
                "control plane", "warning", "none runs", cli.command("demo") + " starts one"));
      } else {
        var api = connection.get().api();
        checks.addAll(api.getAll("/doctor", Check.class));
        checks.addFirst(new Check("control plane", "ok", "answers at " + api.base(), null));
      }
    } catch (CliFault e) {
      checks.addAll(ours());
      checks.add(
          new Check(
              "control plane",
              "failing",
              e.message(),
              "its log: " + cli.shortened(cli.home().log().toString())));
    }
    return checks;
  }

  /// A control plane looks at the same things, so they are told only when none answers.
  private List<Check> ours() {
    return new Checkup(cli.world(), cli.home()).checks();
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
      out.line("                  → " + Plain.of(check.fix()));
    }
  }
}
