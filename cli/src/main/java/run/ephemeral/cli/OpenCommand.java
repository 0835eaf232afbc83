package run.ephemeral.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.local.Browser;
import run.ephemeral.cli.output.Nearest;
import run.ephemeral.cli.output.Records;
import run.ephemeral.wire.ComponentView;
import run.ephemeral.wire.EnvironmentView;

@Command(
    name = "open",
    description = "Print the URL of an environment and open it in a browser.",
    footerHeading = "%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} open pr-shop-1",
      "  ${ROOT-COMMAND-NAME} open pr-shop-1 api",
      "  curl $(${ROOT-COMMAND-NAME} open pr-shop-1)     prints only, when not on a terminal"
    })
final class OpenCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The environment. Default: the one of this folder, or the only one.")
  private @Nullable String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "One of its public services. Default: the first.")
  private @Nullable String service;

  OpenCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws IOException {
    var environment = new Environments(cli, cli.api()).findOrOnly(name).environment();
    var url = service == null ? own(environment) : of(environment, service);
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), Json.tree(url));
      return Exit.OK;
    }
    cli.out().line(url);
    if (cli.out().terminal()) {
      Browser.open(cli.world(), url);
    }
    return Exit.OK;
  }

  private String own(EnvironmentView environment) {
    return Optional.ofNullable(environment.url())
        .orElseThrow(
            () ->
                new CliFault(
                    Exit.NOT_FOUND,
                    "%s has no public service".formatted(environment.name()),
                    "add `public: true` to a service in ephemeral.yaml"));
  }

  private static String of(EnvironmentView environment, String service) {
    var named = environment.components().stream().filter(part -> part.url() != null).toList();
    return named.stream()
        .filter(part -> part.name().equals(service))
        .map(ComponentView::url)
        .findFirst()
        .flatMap(Optional::ofNullable)
        .orElseThrow(() -> notPublic(environment, service, named));
  }

  private static CliFault notPublic(
      EnvironmentView environment, String service, java.util.List<ComponentView> named) {
    var names = named.stream().map(ComponentView::name).toList();
    var near = Nearest.hint(service, names);
    return new CliFault(
        Exit.NOT_FOUND,
        "%s has no public service `%s`%s".formatted(environment.name(), service, near),
        names.isEmpty() ? "it has none" : "it has " + String.join(", ", names));
  }
}
