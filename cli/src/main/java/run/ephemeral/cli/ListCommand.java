package run.ephemeral.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.Format;
import run.ephemeral.cli.output.Records;
import run.ephemeral.wire.AppView;
import run.ephemeral.wire.EnvironmentView;

@Command(
    name = "list",
    description = "List environments.",
    footerHeading = "%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} list",
      "  ${ROOT-COMMAND-NAME} list --app shop -o wide",
      "  ${ROOT-COMMAND-NAME} list -o json | jq -r '.[].url'"
    })
final class ListCommand implements Callable<Integer> {
  private final Cli cli;

  @Option(names = "--app", paramLabel = "APP", description = "Only those of this app.")
  private @Nullable String app;

  ListCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var query = app == null ? "" : "?app=" + ControlPlane.encoded(app);
    var api = cli.api();
    var answer = api.get("/environments" + query);
    if (app != null && answer.isEmpty() && !isFollowed(api, app)) {
      throw AppCommand.unknown(cli, api, app);
    }
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), answer);
    } else {
      show(answer);
    }
    return Exit.OK;
  }

  private static boolean isFollowed(ControlPlane api, String app) {
    return api.getAll("/apps", AppView.class).stream().anyMatch(each -> each.name().equals(app));
  }

  private void show(JsonNode answer) {
    var environments = Json.readAll(answer, EnvironmentView.class);
    if (environments.isEmpty() && app != null) {
      cli.out().line("No environments of %s. Why: %s".formatted(app, cli.command("app list")));
      return;
    }
    if (environments.isEmpty()) {
      cli.out().line("No environments.");
      cli.out()
          .line("Next: %s · %s".formatted(cli.command("run"), cli.command("app add REPOSITORY")));
      return;
    }
    var table = Views.table(cli, cli.out());
    cli.out()
        .lines(
            cli.format() == Format.WIDE
                ? table.wide(environments, cli.now())
                : table.list(environments, cli.now()));
  }
}
