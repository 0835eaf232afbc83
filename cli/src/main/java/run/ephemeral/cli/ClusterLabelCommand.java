package run.ephemeral.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.wire.ClusterView;
import run.ephemeral.wire.LabelClusterRequest;

@Command(
    name = "label",
    description = "Give labels to a cluster, by which `--cluster KEY=VALUE` chooses it.",
    footerHeading = "%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} cluster label staging region=eu size=large",
      "  ${ROOT-COMMAND-NAME} cluster label staging size-      (removes it)",
      "  ${ROOT-COMMAND-NAME} app add ~/code/shop --cluster region=eu"
    })
final class ClusterLabelCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(index = "0", paramLabel = "NAME", description = "The cluster.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "KEY=VALUE|KEY-",
      description = "Labels to set or to remove; others stay.")
  private List<String> labels = List.of();

  ClusterLabelCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var request = request();
    noteAbsent(Objects.requireNonNullElse(request.remove(), List.of()));
    var answer = ClusterCommand.ask(cli, name, (api, path) -> api.post(path + "/labels", request));
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), answer);
      return Exit.OK;
    }
    var cluster = Json.read(answer, ClusterView.class);
    var now = cluster.labels().isEmpty() ? "no labels" : ClusterCommand.labels(cluster);
    cli.out().line("%s has %s.".formatted(name, now));
    return Exit.OK;
  }

  /// Says which labels cannot be removed because the cluster does not have them.
  private void noteAbsent(List<String> remove) {
    if (remove.isEmpty()) {
      return;
    }
    cli.api().getAll("/clusters", ClusterView.class).stream()
        .filter(cluster -> cluster.name().equals(name))
        .forEach(
            cluster ->
                remove.stream()
                    .filter(key -> !cluster.labels().containsKey(key))
                    .map(key -> "note: %s has no label `%s`".formatted(name, Plain.of(key)))
                    .forEach(cli.err()::line));
  }

  private LabelClusterRequest request() {
    var set = new LinkedHashMap<String, String>();
    var remove = new ArrayList<String>();
    var keys = new HashSet<String>();
    for (var label : labels) {
      var pair = label.split("=", 2);
      var key = pair.length == 2 ? pair[0] : label.replaceFirst("-$", "");
      if (!keys.add(key)) {
        throw new CliFault(Exit.USAGE, "the label `%s` is given twice".formatted(key));
      }
      if (pair.length == 2) {
        set.put(pair[0], pair[1]);
      } else if (label.endsWith("-")) {
        remove.add(key);
      } else {
        throw new CliFault(
            Exit.USAGE,
            "`%s` is not a label".formatted(label),
            "write %s=VALUE to set it, or %s- to remove it".formatted(label, label));
      }
    }
    return new LabelClusterRequest(set, remove);
  }
}
