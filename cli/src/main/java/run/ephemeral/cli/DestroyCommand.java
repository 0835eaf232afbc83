package run.ephemeral.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.follow.Feed;
import run.ephemeral.cli.follow.Progress;
import run.ephemeral.cli.output.Records;
import run.ephemeral.wire.EnvironmentView;

@Command(
    name = "destroy",
    description = "Remove environments: their processes, their data, their addresses.",
    footerHeading = "%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} destroy shop-local",
      "  ${ROOT-COMMAND-NAME} destroy pr-shop-1 pr-shop-2 --wait"
    })
final class DestroyCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(paramLabel = "NAME", arity = "1..*", description = "The environments.")
  private List<String> names = new ArrayList<>();

  @Mixin private final WaitOptions waiting = new WaitOptions();

  DestroyCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var api = cli.api();
    var environments = new Environments(cli, api);
    // All names are resolved first: a wrong one must not leave the rest half done.
    var found = names.stream().map(name -> environments.find(name).name()).distinct().toList();
    var worst = Exit.OK;
    for (var name : found) {
      worst = Math.max(worst, waiting.wait ? destroyed(api, name) : destroy(api, name));
    }
    return worst;
  }

  private int destroy(ControlPlane api, String name) {
    var answer = api.delete(Environments.path(name));
    if (cli.format().forPrograms()) {
      Records.printOne(cli.out(), cli.format(), answer);
    } else {
      cli.out().line("Removing " + name + ".");
    }
    return Exit.OK;
  }

  private int destroyed(ControlPlane api, String name) {
    try (var feed = Feed.open(api, name)) {
      var answer = api.delete(Environments.path(name));
      var asked = Json.read(answer, EnvironmentView.class);
      var outcome = new Progress(api, cli.progress(), asked).follow(feed, waiting.timeout);
      return new Ending(cli, api).tell(outcome);
    }
  }
}
