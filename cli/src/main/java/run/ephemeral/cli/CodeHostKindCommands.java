package run.ephemeral.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.Nearest;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.cli.output.Table;
import run.ephemeral.cli.output.Times;
import run.ephemeral.wire.CodeHostView;

/// What the commands for all kinds of code hosts do alike.
///
/// @param kind such as `gitea`, which is also the name of its command
/// @param product as people call it
record CodeHostKindCommands(Cli cli, String kind, String product) {
  static final String PATH = "/code-hosts";
  private static final int MOST_BYTES = 16 << 10;

  private List<CodeHostView> all(ControlPlane api) {
    return api.getAll(PATH, CodeHostView.class).stream()
        .filter(host -> host.kind().equals(kind))
        .toList();
  }

  /// Sends a request about a code host; when there is none of this name, the nearest one is named.
  private JsonNode ask(String name, BiFunction<ControlPlane, String, JsonNode> request) {
    var api = cli.api();
    try {
      return request.apply(api, PATH + "/" + ControlPlane.encoded(name));
    } catch (CliFault e) {
      if (e.exit() != Exit.NOT_FOUND) {
        throw e;
      }
      var names = all(api).stream().map(CodeHostView::name).toList();
      throw new CliFault(
          Exit.NOT_FOUND,
          "there is no code host `%s`%s".formatted(name, Nearest.hint(name, names)),
          cli.command(kind + " status"));
    }
  }

  /// Prints what a code host is once it was added.
  int added(JsonNode answer) {
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), answer);
      return Exit.OK;
    }
    var host = Json.read(answer, CodeHostView.class);
    var out = cli.out();
    out.line(
        "Added %s (version %s), as user %s."
            .formatted(out.bold(Plain.of(host.name())), shown(host.version()), shown(host.user())));
    if (host.url().startsWith("http://")) {
      out.line(
          "%s what is secret is sent without encryption, since this is no https URL"
              .formatted(out.yellow("!")));
    }
    notes(host);
    out.line("Next: " + cli.command("app add %s/OWNER/REPOSITORY".formatted(host.name())));
    return Exit.OK;
  }

  private void notes(CodeHostView host) {
    host.notes().forEach(note -> cli.out().line("  " + Plain.of(note)));
  }

  /// @param name empty for all
  int status(@Nullable String name) {
    var names =
        name == null ? all(cli.api()).stream().map(CodeHostView::name).toList() : List.of(name);
    var answers = names.stream().map(each -> ask(each, ControlPlane::get)).toList();
    var hosts = answers.stream().map(each -> Json.read(each, CodeHostView.class)).toList();
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), Json.tree(hosts));
    } else if (hosts.isEmpty()) {
      cli.out().line("No %s. Next: %s".formatted(product, cli.command(kind + " setup --help")));
    } else {
      cli.out().lines(table(hosts).lines(cli.out()));
      for (var host : hosts) {
        if (!host.notes().isEmpty()) {
          cli.out().line("");
          cli.out().line(Plain.of(host.name()) + ":");
          notes(host);
        }
      }
    }
    return hosts.stream().allMatch(host -> host.problem() == null) ? Exit.OK : Exit.FAILED;
  }

  private Table table(List<CodeHostView> hosts) {
    var table = new Table("HOST", "VERSION", "USER", "APPS", "WEBHOOKS", "PROBLEM");
    table.free("PROBLEM");
    for (var host : hosts) {
      table.row(
          Plain.of(host.name()),
          shown(host.version()),
          shown(host.user()),
          Integer.toString(host.apps()),
          webhooks(host),
          shown(host.problem()));
    }
    return table;
  }

  private String webhooks(CodeHostView host) {
    if (host.webhooks() == null) {
      return "none";
    }
    var last = host.lastDelivery();
    return last == null ? "nothing came yet" : "last " + Times.relative(last, cli.now());
  }

  private static String shown(@Nullable String text) {
    return text == null ? "-" : Plain.of(text);
  }

  int remove(String name) {
    ask(name, ControlPlane::delete);
    cli.out().line("Removed %s.".formatted(name));
    return Exit.OK;
  }

  /// @param what the content of the file, for messages, such as `token`
  /// @param file - for one line of standard input
  String secret(String what, String file) {
    try {
      if (file.equals("-")) {
        var line = cli.world().in().readLine();
        return line == null ? "" : line;
      }
      var path = cli.resolve(file);
      if (Files.size(path) > MOST_BYTES) {
        throw new CliFault(Exit.FAILED, "%s is too long for a %s".formatted(path, what));
      }
      return Files.readString(path);
    } catch (IOException e) {
      throw new CliFault(Exit.NOT_FOUND, "the %s cannot be read from %s".formatted(what, file));
    }
  }
}
