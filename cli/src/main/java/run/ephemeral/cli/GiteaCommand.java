package run.ephemeral.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.Nearest;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.cli.output.Table;
import run.ephemeral.cli.output.Times;
import run.ephemeral.wire.CodeHostView;
import run.ephemeral.wire.SetUpCodeHostRequest;

@Command(
    name = "gitea",
    description = "Follow pull requests of a Gitea or Forgejo.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} gitea setup --url https://gitea.example.com",
      "  ${ROOT-COMMAND-NAME} app add gitea.example.com/acme/shop"
    })
final class GiteaCommand implements Runnable {
  private static final String PATH = "/code-hosts";
  private static final String KIND = "gitea";

  private final Cli cli;

  @Spec private CommandSpec spec = CommandSpec.create();

  GiteaCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public void run() {
    spec.commandLine().usage(cli.out().stream());
  }

  private static List<CodeHostView> all(ControlPlane api) {
    return api.getAll(PATH, CodeHostView.class).stream()
        .filter(host -> host.kind().equals(KIND))
        .toList();
  }

  /// Sends a request about a code host; when there is none of this name, the nearest one is named.
  private static JsonNode ask(
      Cli cli, String name, BiFunction<ControlPlane, String, JsonNode> request) {
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
          cli.command("gitea status"));
    }
  }

  @Command(
      name = "setup",
      description = "Add a Gitea or Forgejo, or replace its token.",
      footerHeading =
          "%nMake the token at URL/user/settings/applications, as a user of its own that is an%n"
              + "administrator of the repositories, with the permissions user: read, repository:%n"
              + "read and write, issue: read and write. It is stored encrypted.%n%nExamples%n",
      footer = {
        "  ${ROOT-COMMAND-NAME} gitea setup --url https://gitea.example.com",
        "  ${ROOT-COMMAND-NAME} gitea setup --url https://git.example.com --token-file token.txt"
      })
  static final class Setup implements Callable<Integer> {
    private static final int MOST_BYTES = 4096;

    private final Cli cli;

    @Option(
        names = "--url",
        required = true,
        paramLabel = "URL",
        description = "Where its pages begin.")
    private String url = "";

    @Option(
        names = "--token-file",
        paramLabel = "FILE",
        description =
            "A file with the token; - for standard input. Default: $GITEA_TOKEN, or you are"
                + " asked.")
    private @Nullable String file;

    @Option(
        names = "--webhooks",
        paramLabel = "URL",
        description =
            "Where the Gitea reaches this control plane. It then tells of changes at once, and"
                + " webhooks are made in the repositories that are followed. Default: as before;"
                + " without, it is asked every ten seconds.")
    private @Nullable String webhooks;

    Setup(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var request = new SetUpCodeHostRequest(KIND, url, token(), webhooks);
      var answer = cli.apiOrStart().post(PATH, request);
      if (cli.format().forPrograms()) {
        Records.print(cli.out(), cli.format(), answer);
        return Exit.OK;
      }
      var host = Json.read(answer, CodeHostView.class);
      var out = cli.out();
      out.line(
          "Added %s (version %s), as user %s."
              .formatted(
                  out.bold(Plain.of(host.name())),
                  Plain.of(String.valueOf(host.version())),
                  Plain.of(String.valueOf(host.user()))));
      if (host.url().startsWith("http://")) {
        out.line(
            "%s the token is sent without encryption, since this is no https URL"
                .formatted(out.yellow("!")));
      }
      out.line("Next: " + cli.command("app add %s/OWNER/REPOSITORY".formatted(host.name())));
      return Exit.OK;
    }

    private String token() {
      var variable = cli.world().variable("GITEA_TOKEN");
      if (file != null) {
        return fromFile(file);
      }
      if (variable.isPresent()) {
        return variable.get();
      }
      if (!cli.world().interactive()) {
        throw new CliFault(
            Exit.USAGE, "there is no token", "give it with --token-file FILE or in $GITEA_TOKEN");
      }
      cli.progress()
          .line(
              "Make a token at %s/user/settings/applications, with user: read,"
                      .formatted(url.replaceAll("/+$", ""))
                  + " repository: read and write, issue: read and write");
      return new Prompt(cli.world()).secret("Token");
    }

    private String fromFile(String file) {
      try {
        if (file.equals("-")) {
          var line = cli.world().in().readLine();
          return line == null ? "" : line;
        }
        var path = cli.resolve(file);
        if (Files.size(path) > MOST_BYTES) {
          throw new CliFault(Exit.FAILED, "%s is too long for a token".formatted(path));
        }
        return Files.readString(path);
      } catch (IOException e) {
        throw new CliFault(Exit.NOT_FOUND, "the token cannot be read from %s".formatted(file));
      }
    }
  }

  @Command(
      name = "status",
      description = "Ask the Giteas that were added whether their tokens are good.",
      footerHeading = "%nExit code 1 when one cannot be used.%n%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} gitea status")
  static final class Status implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "HOST", arity = "0..1", description = "One of them. Default: all.")
    private @Nullable String name;

    Status(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var names =
          name == null ? all(cli.api()).stream().map(CodeHostView::name).toList() : List.of(name);
      var answers = names.stream().map(each -> ask(cli, each, ControlPlane::get)).toList();
      var hosts = answers.stream().map(each -> Json.read(each, CodeHostView.class)).toList();
      if (cli.format().forPrograms()) {
        Records.print(cli.out(), cli.format(), Json.tree(hosts));
      } else if (hosts.isEmpty()) {
        cli.out().line("No Gitea. Next: " + cli.command("gitea setup --url URL"));
      } else {
        cli.out().lines(table(hosts).lines(cli.out()));
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
  }

  @Command(
      name = "remove",
      description = "Forget a Gitea, and its token, from which no app is followed.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} gitea remove gitea.example.com")
  static final class Remove implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "HOST", description = "What it is called.")
    private String name = "";

    Remove(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      ask(cli, name, ControlPlane::delete);
      cli.out().line("Removed %s.".formatted(name));
      return Exit.OK;
    }
  }
}
