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
import run.ephemeral.cli.follow.Outcome;
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
    if (!waiting.wait) {
      found.forEach(name -> destroy(api, name));
      return Exit.OK;
    }
    return destroyed(api, found);
  }

  private void destroy(ControlPlane api, String name) {
    var answer = api.delete(Environments.path(name));
    if (cli.format().forPrograms()) {
      Records.printOne(cli.out(), cli.format(), answer);
    } else {
      cli.out().line("Removing " + name + ".");
    }
  }

  /// Asks for all before it waits for the first, so that an interrupt ends only the waiting. The
  /// control plane has few streams, for all who follow anything: this takes one at a time.
  private int destroyed(ControlPlane api, List<String> names) {
    var asked = new ArrayList<EnvironmentView>();
    var feed = Feed.open(api, names.getFirst());
    try {
      for (var name : names) {
        asked.add(Json.read(api.delete(Environments.path(name)), EnvironmentView.class));
      }
      var worst = Exit.OK;
      for (var environment : asked) {
        var isFirst = environment.name().equals(names.getFirst());
        if (!isFirst) {
          feed.close();
          feed = Feed.open(api, environment.name());
        }
        // Its last change may have come before the stream was opened.
        var outcome =
            !isFirst && api.find(Environments.path(environment.name())).isEmpty()
                ? new Outcome.Gone(environment.name())
                : new Progress(api, cli.progress(), environment).follow(feed, waiting.timeout);
        worst = Math.max(worst, new Ending(cli, api).tell(outcome));
      }
      return worst;
    } finally {
      feed.close();
    }
  }
}
