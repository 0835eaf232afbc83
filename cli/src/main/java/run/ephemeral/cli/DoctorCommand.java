package run.ephemeral.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.local.Checkup;
import run.ephemeral.cli.output.Records;
import run.ephemeral.wire.Check;
import run.ephemeral.wire.FixRequest;

@Command(
    name = "doctor",
    description = "Check that this machine and the control plane are well.",
    footerHeading =
        "%nIt compares what is written down with what there is, both ways. It changes nothing"
            + " unless told to.%n%nExit code 1 when something is failing, missing or left over;"
            + " with --fix when it still is.%n%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} doctor",
      "  ${ROOT-COMMAND-NAME} doctor --fix         removes what is left over, after a question"
    })
final class DoctorCommand implements Callable<Integer> {
  private final Cli cli;

  @Option(names = "--fix", description = "Remove what is left over and what nobody uses.")
  private boolean fix;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  DoctorCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var checks = checks();
    var leftovers = checks.stream().map(Check::leftover).filter(Objects::nonNull).toList();
    if (!fix || leftovers.isEmpty()) {
      print(checks, checks);
      if (fix && cli.connection().isEmpty()) {
        throw new CliFault(
            Exit.NO_CONTROL_PLANE,
            "only a control plane knows what is left over, and none runs",
            "start one: " + cli.command("run") + " or " + cli.command("demo --keep"));
      }
      return Checks.ending(checks);
    }
    if (!cli.format().forPrograms()) {
      Checks.show(checks, cli.out());
    }
    if (!yes && !confirmed(leftovers.size())) {
      cli.err().line("Nothing was removed.");
      return Exit.FAILED;
    }
    var answer = cli.api().post("/doctor/fix", new FixRequest(leftovers));
    var removed = Json.readAll(answer, Check.class);
    var now = new ArrayList<>(checks.stream().filter(check -> check.leftover() == null).toList());
    now.addAll(removed);
    print(removed, now);
    return Checks.ending(now);
  }

  /// @param news checks that were not printed for people yet
  private void print(List<Check> news, List<Check> all) {
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), Json.tree(all));
    } else {
      Checks.show(news, cli.out());
    }
  }

  private boolean confirmed(int count) {
    if (!cli.world().interactive()) {
      throw new CliFault(
          Exit.USAGE,
          "--fix removes %d of the above, and nobody is here to confirm it".formatted(count),
          "say --yes: " + cli.command("doctor --fix --yes"));
    }
    var what = count == 1 ? "this leftover" : "these %d leftovers".formatted(count);
    return new Prompt(cli.world()).confirm("Remove %s for good?".formatted(what));
  }

  private List<Check> checks() {
    var checks = new ArrayList<Check>();
    try {
      var connection = cli.connection();
      if (connection.isEmpty()) {
        checks.addAll(ours());
        checks.add(
            new Check(
                "control plane",
                "warning",
                "none runs, so nobody knows what is missing or left over",
                cli.command("run") + " or " + cli.command("demo") + " starts one"));
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

  /// Checks made without a control plane. A control plane makes the same checks itself.
  private List<Check> ours() {
    return new Checkup(cli.world(), cli.home()).checks();
  }
}
