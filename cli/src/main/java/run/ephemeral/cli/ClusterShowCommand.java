package run.ephemeral.cli;

import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.wire.ClusterView;
import run.ephemeral.wire.EnvironmentView;

@Command(
    name = "show",
    description = "Show the address, version and rights of a cluster, and its environments.",
    footerHeading = "%nExample%n",
    footer = "  ${ROOT-COMMAND-NAME} cluster show staging")
final class ClusterShowCommand implements Callable<Integer> {
  /// How many environments are listed by name.
  private static final int NAMED = 10;

  private final Cli cli;

  @Parameters(paramLabel = "NAME", description = "The cluster.")
  private String name = "";

  ClusterShowCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var answer = ClusterCommand.ask(cli, name, ControlPlane::get);
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), answer);
      return Exit.OK;
    }
    return show(Json.read(answer, ClusterView.class));
  }

  private int show(ClusterView cluster) {
    var out = cli.out();
    var server = cluster.server();
    var takes =
        cluster.cordoned()
            ? "  takes no new ones"
            : ClusterCommand.isFull(cluster) ? "  is full" : "";
    out.line(out.bold(cluster.name()) + takes);
    out.line("environments  %s".formatted(environments(cluster)));
    if (!cluster.labels().isEmpty()) {
      out.line("labels        %s".formatted(ClusterCommand.labels(cluster)));
    }
    if (server != null) {
      out.line("server        %s".formatted(Plain.of(server)));
      out.line("version       %s".formatted(Plain.of(String.valueOf(cluster.version()))));
    }
    var missing = cluster.missing();
    if (missing != null) {
      var may = missing.isEmpty() ? "all we need" : "not: " + String.join(", ", missing);
      out.line("we may        %s".formatted(Plain.of(may)));
    }
    var problem = cluster.problem();
    if (problem != null) {
      out.line("%s       %s".formatted(out.red("problem"), Plain.of(problem)));
    }
    var healthy = problem == null && (missing == null || missing.isEmpty());
    return healthy ? Exit.OK : Exit.FAILED;
  }

  /// How many there are, and the first of them by name.
  private String environments(ClusterView cluster) {
    var most = cluster.settings().environments();
    var count = cluster.environments() + (most == null ? "" : " of at most " + most);
    if (cluster.environments() == 0) {
      return count;
    }
    var names =
        new Environments(cli, cli.api())
            .all().stream()
                .filter(each -> name.equals(each.cluster()))
                .map(EnvironmentView::name)
                .toList();
    var more = names.size() > NAMED ? " …" : "";
    return "%s: %s%s"
        .formatted(count, names.stream().limit(NAMED).collect(Collectors.joining(", ")), more);
  }
}
