package run.ephemeral.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.follow.Feed;
import run.ephemeral.cli.follow.Progress;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.wire.CommandAnswer;
import run.ephemeral.wire.CommandRequest;

/// Sends a command to an environment and, with `--wait`, waits until it is carried out.
final class Asking {
  private final Cli cli;

  Asking(Cli cli) {
    this.cli = cli;
  }

  /// @param name of the environment; null: the one of this folder, or the only one
  /// @param command in the syntax of comments on pull requests, such as `restart api`
  int ask(@Nullable String name, String command) {
    var api = cli.api();
    print(post(api, target(api, name, command), command));
    return Exit.OK;
  }

  /// Like [#ask(String, String)], and waits if `options` say so.
  int ask(@Nullable String name, String command, WaitOptions options) {
    if (!options.wait) {
      return ask(name, command);
    }
    var api = cli.api();
    var target = target(api, name, command);
    try (var feed = Feed.open(api, target)) {
      var answer = post(api, target, command);
      var read = Json.read(answer, CommandAnswer.class);
      if (!cli.format().forPrograms()) {
        print(answer);
      }
      var outcome =
          new Progress(api, cli.progress(), read.environment()).follow(feed, options.timeout);
      return new Ending(cli, api).tell(outcome);
    }
  }

  /// `update` also takes the name of a destroyed environment, which it creates again.
  private String target(ControlPlane api, @Nullable String name, String command) {
    var environments = new Environments(cli, api);
    return name != null && command.equals("update") && environments.isUnknown(name)
        ? environments.destroyed(name).orElseGet(() -> environments.find(name).name())
        : environments.findOrOnly(name).name();
  }

  private static JsonNode post(ControlPlane api, String name, String command) {
    return api.post(Environments.path(name) + "/commands", new CommandRequest(command));
  }

  private void print(JsonNode answer) {
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), answer);
    } else {
      cli.out().line(Plain.of(Json.read(answer, CommandAnswer.class).text()));
    }
  }
}
