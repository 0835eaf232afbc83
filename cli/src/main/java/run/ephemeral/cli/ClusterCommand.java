package run.ephemeral.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.Format;
import run.ephemeral.cli.output.Nearest;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.cli.output.Table;
import run.ephemeral.cli.output.Times;
import run.ephemeral.wire.AddClusterRequest;
import run.ephemeral.wire.ClusterView;
import run.ephemeral.wire.CordonRequest;
import run.ephemeral.wire.RenewClusterRequest;

@Command(
    name = "cluster",
    description = "Run environments on Kubernetes clusters, a namespace for each.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} cluster add staging --context staging",
      "  ${ROOT-COMMAND-NAME} app add ~/code/shop --cluster staging"
    })
final class ClusterCommand implements Runnable {
  private static final String PATH = "/clusters";

  private final Cli cli;

  @Spec private CommandSpec spec = CommandSpec.create();

  ClusterCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public void run() {
    spec.commandLine().usage(cli.out().stream());
  }

  private static String path(String name) {
    return PATH + "/" + ControlPlane.encoded(name);
  }

  /// The same fault, with the nearest name for a cluster that does not exist.
  private static CliFault better(Cli cli, ControlPlane api, String name, CliFault fault) {
    if (fault.exit() != Exit.NOT_FOUND) {
      return fault;
    }
    var names = api.getAll(PATH, ClusterView.class).stream().map(ClusterView::name).toList();
    return new CliFault(
        Exit.NOT_FOUND,
        "there is no cluster `%s`%s".formatted(name, Nearest.hint(name, names)),
        cli.command("cluster list"));
  }

  @Command(
      name = "add",
      description = "Add a cluster, once it answers and lets us do what we must.",
      footerHeading = "%nExamples%n",
      footer = {
        "  ${ROOT-COMMAND-NAME} cluster add staging",
        "  ${ROOT-COMMAND-NAME} cluster add eks --on-server --node-selector pool=previews"
      })
  static final class Add implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "NAME", description = "What to call it.")
    private String name = "";

    @Mixin private final KubeconfigOptions kubeconfig = new KubeconfigOptions();
    @Mixin private final ClusterOptions options = new ClusterOptions();

    Add(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var request =
          new AddClusterRequest(
              name, kubeconfig.content(cli), kubeconfig.context(), options.settings());
      var answer = cli.apiOrStart().post(PATH, request);
      if (cli.format().forPrograms()) {
        Records.print(cli.out(), cli.format(), answer);
        return Exit.OK;
      }
      var out = cli.out();
      out.line("Added %s.".formatted(out.bold(name)));
      out.line(
          "Next: %s · %s"
              .formatted(
                  cli.command("cluster show " + name),
                  cli.command("app add REPOSITORY --cluster " + name)));
      return Exit.OK;
    }
  }

  @Command(
      name = "list",
      description = "List the clusters.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} cluster list -o wide")
  static final class Listing implements Callable<Integer> {
    private final Cli cli;

    Listing(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var answer = cli.api().get(PATH);
      if (cli.format().forPrograms()) {
        Records.print(cli.out(), cli.format(), answer);
        return Exit.OK;
      }
      var clusters = Json.readAll(answer, ClusterView.class);
      if (clusters.isEmpty()) {
        cli.out().line("No clusters. Next: " + cli.command("cluster add NAME"));
      } else {
        cli.out().lines(table(clusters).lines(cli.out()));
      }
      return Exit.OK;
    }

    private Table table(List<ClusterView> clusters) {
      var wide = cli.format() == Format.WIDE;
      var table =
          wide
              ? new Table("CLUSTER", "ENVIRONMENTS", "MOST", "NEW ONES", "ADDED", "PROBLEM")
              : new Table("CLUSTER", "ENVIRONMENTS", "NEW ONES", "PROBLEM");
      table.free("PROBLEM");
      for (var one : clusters) {
        var problem = one.problem() == null ? "-" : Plain.of(one.problem());
        var takes = one.cordoned() ? "no (cordoned)" : "yes";
        var count = Integer.toString(one.environments());
        if (wide) {
          var limit = one.settings().environments();
          var most = limit == null ? "-" : limit.toString();
          var added = Times.relative(one.addedAt(), cli.now());
          table.row(one.name(), count, most, takes, added, problem);
        } else {
          table.row(one.name(), count, takes, problem);
        }
      }
      return table;
    }
  }

  @Command(
      name = "show",
      description = "Ask a cluster what it is and what we may do there.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} cluster show staging")
  static final class Show implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "NAME", description = "The cluster.")
    private String name = "";

    Show(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var api = cli.api();
      try {
        var answer = api.get(path(name));
        if (cli.format().forPrograms()) {
          Records.print(cli.out(), cli.format(), answer);
          return Exit.OK;
        }
        return show(Json.read(answer, ClusterView.class));
      } catch (CliFault e) {
        throw better(cli, api, name, e);
      }
    }

    private int show(ClusterView cluster) {
      var out = cli.out();
      var server = cluster.server();
      out.line(out.bold(cluster.name()) + (cluster.cordoned() ? "  takes no new ones" : ""));
      out.line("environments  %d".formatted(cluster.environments()));
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
  }

  @Command(
      name = "renew",
      description = "Replace the credentials of a cluster.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} cluster renew staging --kubeconfig new.yaml")
  static final class Renew implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "NAME", description = "The cluster.")
    private String name = "";

    @Mixin private final KubeconfigOptions kubeconfig = new KubeconfigOptions();

    Renew(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var api = cli.api();
      var request = new RenewClusterRequest(kubeconfig.content(cli), kubeconfig.context());
      try {
        api.post(path(name) + "/kubeconfig", request);
      } catch (CliFault e) {
        throw better(cli, api, name, e);
      }
      cli.out().line("%s has new credentials.".formatted(name));
      return Exit.OK;
    }
  }

  @Command(
      name = "cordon",
      description = "Place no new environments on a cluster.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} cluster cordon staging")
  static final class Cordon implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "NAME", description = "The cluster.")
    private String name = "";

    Cordon(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return cordon(cli, name, true);
    }
  }

  @Command(
      name = "uncordon",
      description = "Place new environments on a cluster again.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} cluster uncordon staging")
  static final class Uncordon implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "NAME", description = "The cluster.")
    private String name = "";

    Uncordon(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return cordon(cli, name, false);
    }
  }

  private static int cordon(Cli cli, String name, boolean cordoned) {
    var api = cli.api();
    try {
      api.post(path(name) + "/cordon", new CordonRequest(cordoned));
    } catch (CliFault e) {
      throw better(cli, api, name, e);
    }
    var what = cordoned ? "takes no new environments" : "takes new environments again";
    cli.out().line("%s %s.".formatted(name, what));
    return Exit.OK;
  }

  @Command(
      name = "remove",
      description = "Forget a cluster that has no environments.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} cluster remove staging")
  static final class Remove implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "NAME", description = "The cluster.")
    private String name = "";

    @Option(
        names = "--abandon",
        description = "Also one with environments, such as a cluster that exists no more.")
    private boolean abandon;

    Remove(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var api = cli.api();
      try {
        api.delete(path(name) + (abandon ? "?abandon=true" : ""));
      } catch (CliFault e) {
        throw better(cli, api, name, e);
      }
      cli.out().line("Removed %s.".formatted(name));
      return Exit.OK;
    }
  }
}
