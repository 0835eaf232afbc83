package run.ephemeral.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
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
import run.ephemeral.wire.Check;
import run.ephemeral.wire.ClusterView;
import run.ephemeral.wire.CordonRequest;
import run.ephemeral.wire.ExamineClusterRequest;
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
  private static final String PROBE =
      "An image with the programs of busybox, with which NetworkPolicy is tried. Default:"
          + " busybox:1.37 of Docker Hub.";

  private final Cli cli;

  @Spec private CommandSpec spec = CommandSpec.create();

  ClusterCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public void run() {
    spec.commandLine().usage(cli.out().stream());
  }

  /// Sends a request about a cluster; when there is none of this name, the nearest one is named.
  static JsonNode ask(Cli cli, String name, BiFunction<ControlPlane, String, JsonNode> request) {
    var api = cli.api();
    try {
      return request.apply(api, PATH + "/" + ControlPlane.encoded(name));
    } catch (CliFault e) {
      if (e.exit() != Exit.NOT_FOUND) {
        throw e;
      }
      var names = api.getAll(PATH, ClusterView.class).stream().map(ClusterView::name).toList();
      throw new CliFault(
          Exit.NOT_FOUND,
          "there is no cluster `%s`%s".formatted(name, Nearest.hint(name, names)),
          cli.command("cluster list"));
    }
  }

  /// The labels of a cluster, sorted.
  static String labels(ClusterView cluster) {
    var text = new StringJoiner(",").setEmptyValue("-");
    new TreeMap<>(cluster.labels()).forEach((key, value) -> text.add(key + "=" + value));
    return text.toString();
  }

  static boolean isFull(ClusterView cluster) {
    var most = cluster.settings().environments();
    return most != null && cluster.environments() >= most;
  }

  private static List<Check> examined(Cli cli, String name, @Nullable String probeImage) {
    cli.progress().line("Examining %s; pods run there for some seconds …".formatted(name));
    var request = new ExamineClusterRequest(probeImage);
    var answer = ask(cli, name, (api, path) -> api.post(path + "/examination", request));
    return Json.readAll(answer, Check.class);
  }

  @Command(
      name = "add",
      description = "Add a cluster that answers and grants all rights that are needed.",
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

    @Option(names = "--probe-image", paramLabel = "IMAGE", description = PROBE)
    private @Nullable String probeImage;

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
      Checks.show(examined(cli, name, probeImage), out);
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
              ? new Table(
                  "CLUSTER", "ENVIRONMENTS", "MOST", "NEW ONES", "LABELS", "ADDED", "PROBLEM")
              : new Table("CLUSTER", "ENVIRONMENTS", "MOST", "NEW ONES", "PROBLEM");
      table.free("PROBLEM");
      for (var one : clusters) {
        var problem = one.problem() == null ? "-" : Plain.of(one.problem());
        var takes = takes(one);
        var count = Integer.toString(one.environments());
        var limit = one.settings().environments();
        var most = limit == null ? "-" : limit.toString();
        if (wide) {
          var added = Times.relative(one.addedAt(), cli.now());
          table.row(one.name(), count, most, takes, labels(one), added, problem);
        } else {
          table.row(one.name(), count, most, takes, problem);
        }
      }
      return table;
    }

    private static String takes(ClusterView cluster) {
      return cluster.cordoned() ? "no (cordoned)" : isFull(cluster) ? "no (full)" : "yes";
    }
  }

  @Command(
      name = "doctor",
      description =
          "Examine a cluster: version, rights, nodes, and network policies, which are tried.",
      footerHeading = "%nExit code 1 when environments cannot run there.%n%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} cluster doctor staging")
  static final class Doctor implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "NAME", description = "The cluster.")
    private String name = "";

    @Option(names = "--probe-image", paramLabel = "IMAGE", description = PROBE)
    private @Nullable String probeImage;

    Doctor(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var checks = examined(cli, name, probeImage);
      if (cli.format().forPrograms()) {
        Records.print(cli.out(), cli.format(), Json.tree(checks));
      } else {
        Checks.show(checks, cli.out());
      }
      return Checks.ending(checks);
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
      var request = new RenewClusterRequest(kubeconfig.content(cli), kubeconfig.context());
      var answer = ask(cli, name, (api, path) -> api.post(path + "/kubeconfig", request));
      return told(cli, answer, "%s has new credentials.".formatted(name));
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
    var request = new CordonRequest(cordoned);
    var answer = ask(cli, name, (api, path) -> api.post(path + "/cordon", request));
    var what = cordoned ? "takes no new environments" : "takes new environments again";
    return told(cli, answer, "%s %s.".formatted(name, what));
  }

  private static int told(Cli cli, JsonNode answer, String sentence) {
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), answer);
    } else {
      cli.out().line(sentence);
    }
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
      ask(cli, name, (api, path) -> api.delete(path + (abandon ? "?abandon=true" : "")));
      cli.out().line("Removed %s.".formatted(name));
      return Exit.OK;
    }
  }
}
