package run.ephemeral.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.Records;
import run.ephemeral.cli.output.Times;
import run.ephemeral.wire.Status;

@Command(
    name = "status",
    description = "Show the control plane: where it is and what it holds.",
    footerHeading = "%nExit code 4 when none runs.%n%nExample%n",
    footer = "  ${ROOT-COMMAND-NAME} status")
final class StatusCommand implements Callable<Integer> {
  private final Cli cli;

  StatusCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var answer = cli.api().get("/status");
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), answer);
      return Exit.OK;
    }
    var status = Json.read(answer, Status.class);
    var running = Times.relative(status.startedAt(), cli.now());
    fact("control plane", "%s, pid %d".formatted(status.version(), status.pid()));
    fact("started", running);
    fact("home", cli.shortened(status.home()));
    fact("API", status.api());
    fact("gateway", status.gateway());
    fact("PostgreSQL", status.postgres());
    fact("apps", String.valueOf(status.apps()));
    fact("environments", String.valueOf(status.environments()));
    var own = VersionCommand.version();
    if (!own.equals(status.version()) && !own.equals(VersionCommand.UNKNOWN)) {
      cli.err()
          .line(
              "note: this program is version %s; take the new control plane with %s"
                  .formatted(own, cli.command("down")));
    }
    return Exit.OK;
  }

  private void fact(String label, String value) {
    cli.out().line("%s %s".formatted(cli.out().dim("%-14s".formatted(label)), value));
  }
}
