package run.ephemeral.cli;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.Records;
import run.ephemeral.wire.ShutdownRequest;
import run.ephemeral.wire.Status;

@Command(
    name = "down",
    description = "Stop the control plane and everything it runs.",
    footerHeading = "%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} down                 keeps all data; demo and run pick up again",
      "  ${ROOT-COMMAND-NAME} down --purge         forgets it"
    })
final class DownCommand implements Callable<Integer> {
  private final Cli cli;

  @Option(
      names = "--purge",
      description = "Forget all data too: databases, workspaces, builds, apps.")
  private boolean purge;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  DownCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var running = cli.connection();
    if (running.isEmpty() && !cli.home().isLeftByCrash() && !leftovers()) {
      cli.progress()
          .line(
              purge
                  ? "There is nothing to forget."
                  : "No control plane runs on this machine: nothing to stop.");
      return Exit.OK;
    }
    if (purge && !yes && !confirmed()) {
      cli.err().line("Nothing was done.");
      return Exit.FAILED;
    }
    if (running.isEmpty() && !cli.home().isLeftByCrash()) {
      return forget();
    }
    // Only a control plane can find processes that a killed one left, so one is started.
    return stop(running.orElseGet(() -> cli.connectionOrStart(Map.of())));
  }

  /// After a regular stop no process is left, so deleting the files is enough.
  private int forget() {
    try {
      if (cli.home().clear()) {
        cli.progress().line(forgot(cli.home().folder().toString()));
        return Exit.OK;
      }
    } catch (IOException e) {
      throw new CliFault(Exit.FAILED, "not all could be deleted: " + Why.of(e));
    }
    throw new CliFault(
        Exit.REFUSED,
        "a control plane is starting or stopping in %s".formatted(cli.home().folder()),
        "try again in a moment");
  }

  private String forgot(String home) {
    return "Forgot the data in %s.".formatted(cli.shortened(home));
  }

  /// Whether there are files to purge although no control plane runs.
  private boolean leftovers() {
    var home = cli.home();
    if (!purge || !home.exists() || home.isEmpty()) {
      return false;
    }
    if (!home.isUsed()) {
      throw new CliFault(
          Exit.REFUSED,
          "%s does not look like a home of ephemeral: it has neither server.log nor postgres/"
              .formatted(home.folder()),
          "check EPHEMERAL_HOME");
    }
    return true;
  }

  private boolean confirmed() {
    if (!cli.world().interactive()) {
      throw new CliFault(
          Exit.USAGE,
          "--purge forgets all data in %s, and nobody is here to confirm it"
              .formatted(cli.home().folder()),
          "say --yes: " + cli.command("down --purge --yes"));
    }
    return new Prompt(cli.world())
        .confirm(
            "Forget everything in %s: databases, workspaces, builds, apps?"
                .formatted(cli.shortened(cli.home().folder().toString())));
  }

  /// How many environments run elsewhere; none when that cannot be said, such as without
  /// PostgreSQL.
  private long onClusters(Cli.Connection connection) {
    try {
      return new Environments(cli, connection.api())
          .all().stream().filter(Environments::isOnCluster).count();
    } catch (CliFault | IllegalArgumentException e) {
      return 0;
    }
  }

  private int stop(Cli.Connection connection) {
    var answer = connection.api().get("/status");
    var status = Json.read(answer, Status.class);
    var elsewhere = onClusters(connection);
    if (!purge || elsewhere == 0) {
      cli.err().line("Stopping the control plane and what it runs.");
    }
    var code = new Stopping(cli, cli.err()).stop(connection, new ShutdownRequest(purge, false));
    if (code != Exit.OK) {
      return code;
    }
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), answer);
      return Exit.OK;
    }
    if (!connection.started()) {
      var count = status.environments() - elsewhere;
      cli.out()
          .line(
              "Stopped the control plane (pid %d) and %d %s."
                  .formatted(status.pid(), count, count == 1 ? "environment" : "environments"));
    }
    if (elsewhere > 0) {
      cli.out()
          .line(
              "%d on clusters run on; their URLs answer again when a control plane runs here."
                  .formatted(elsewhere));
    }
    var home = cli.shortened(status.home());
    cli.out()
        .line(
            purge
                ? forgot(status.home())
                : "Data is kept in %s; %s, %s and %s pick up where they were."
                    .formatted(
                        home, cli.command("demo"), cli.command("run"), cli.command("server")));
    return Exit.OK;
  }
}
