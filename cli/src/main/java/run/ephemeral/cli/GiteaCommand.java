package run.ephemeral.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
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
  private static CodeHostKindCommands commands(Cli cli) {
    return new CodeHostKindCommands(cli, "gitea", "Gitea");
  }

  private final Cli cli;

  @Spec private CommandSpec spec = CommandSpec.create();

  GiteaCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public void run() {
    spec.commandLine().usage(cli.out().stream());
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
      var request = new SetUpCodeHostRequest("gitea", url, token(), null, null, webhooks);
      return commands(cli).added(cli.apiOrStart().post(CodeHostKindCommands.PATH, request));
    }

    private String token() {
      var variable = cli.world().variable("GITEA_TOKEN");
      if (file != null) {
        return commands(cli).secret("token", file);
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
      return commands(cli).status(name);
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
      return commands(cli).remove(name);
    }
  }
}
