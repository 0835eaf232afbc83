package run.ephemeral.cli;

import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.local.Browser;
import run.ephemeral.cli.local.GitHubForm;
import run.ephemeral.wire.GitHubFormRequest;
import run.ephemeral.wire.GitHubFormView;
import run.ephemeral.wire.SetUpCodeHostRequest;
import run.ephemeral.wire.SetUpCodeHostRequest.GitHubApp;

@Command(
    name = "github",
    description = "Follow pull requests of GitHub or of a GitHub Enterprise Server.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} github setup --organization acme",
      "  ${ROOT-COMMAND-NAME} app add github.com/acme/shop"
    })
final class GitHubCommand implements Runnable {
  private final Cli cli;

  @Spec private CommandSpec spec = CommandSpec.create();

  GitHubCommand(Cli cli) {
    this.cli = cli;
  }

  private static CodeHostKindCommands commands(Cli cli) {
    return new CodeHostKindCommands(cli, "github", "GitHub");
  }

  @Override
  public void run() {
    spec.commandLine().usage(cli.out().stream());
  }

  @Command(
      name = "setup",
      description = "Make a GitHub App in your browser and add it, or add one that you have.",
      footerHeading =
          "%nThe App asks for: metadata, contents and merge queues: read; pull requests, issues,%n"
              + "checks and deployments: write. Its private key is stored encrypted.%n%nExamples%n",
      footer = {
        "  ${ROOT-COMMAND-NAME} github setup",
        "  ${ROOT-COMMAND-NAME} github setup --organization acme"
            + " --webhooks https://ephemeral.example.com",
        "  ${ROOT-COMMAND-NAME} github setup --app 4711 --key-file app.private-key.pem"
      })
  static final class Setup implements Callable<Integer> {
    private static final int LARGEST_PORT = 65_535;
    private static final Duration CODE_IS_GOOD = Duration.ofHours(1);

    private final Cli cli;

    @Option(
        names = "--url",
        paramLabel = "URL",
        defaultValue = "https://github.com",
        description = "Where its pages begin. Default: ${DEFAULT-VALUE}.")
    private String url = "";

    @Option(
        names = "--organization",
        paramLabel = "NAME",
        description = "Who owns the new App. Default: the person in the browser.")
    private @Nullable String organization;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        defaultValue = "ephemeral-run",
        description = "Of the new App; GitHub lets you change it. Default: ${DEFAULT-VALUE}.")
    private String name = "";

    @Option(
        names = "--webhooks",
        paramLabel = "URL",
        description =
            "Where GitHub reaches this control plane. It then tells of changes at once. Default: as"
                + " before; without, it is asked every ten seconds.")
    private @Nullable String webhooks;

    @Option(
        names = "--port",
        paramLabel = "PORT",
        defaultValue = "0",
        description = "Of this machine, for the page to begin with. Default: any that is free.")
    private int port;

    @Option(
        names = "--app",
        paramLabel = "ID",
        description = "The id of an App that you have; needs --key-file.")
    private @Nullable Long app;

    @Option(
        names = "--key-file",
        paramLabel = "FILE",
        description = "Its private key, as GitHub gave it out.")
    private @Nullable String keyFile;

    @Option(
        names = "--webhook-secret-file",
        paramLabel = "FILE",
        description = "The secret of its webhook; - for standard input. Needed with --webhooks.")
    private @Nullable String secretFile;

    Setup(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
      if ((app == null) != (keyFile == null)) {
        throw new CliFault(Exit.USAGE, "--app and --key-file need each other");
      }
      var request = app == null || keyFile == null ? made() : known(app, keyFile);
      return commands(cli).added(cli.apiOrStart().post(CodeHostKindCommands.PATH, request));
    }

    private SetUpCodeHostRequest known(long app, String keyFile) {
      var commands = commands(cli);
      var key = commands.secret("private key", keyFile);
      var secret =
          Optional.ofNullable(secretFile)
              .map(file -> commands.secret("webhook secret", file))
              .orElse(null);
      if (webhooks != null && secret == null) {
        throw new CliFault(
            Exit.USAGE,
            "--webhooks needs the secret of the App's webhook",
            "give it with --webhook-secret-file FILE");
      }
      return request(new GitHubApp(app, key, secret), null);
    }

    private SetUpCodeHostRequest request(@Nullable GitHubApp app, @Nullable String code) {
      return new SetUpCodeHostRequest("github", url, null, app, code, webhooks);
    }

    private GitHubForm form() throws IOException {
      try {
        return new GitHubForm(port);
      } catch (BindException e) {
        throw new CliFault(
            Exit.FAILED, "port %d is taken".formatted(port), "choose another with --port");
      }
    }

    private SetUpCodeHostRequest made() throws IOException, InterruptedException {
      if (port < 0 || port > LARGEST_PORT) {
        throw new CliFault(Exit.USAGE, "there is no port %d".formatted(port));
      }
      var api = cli.apiOrStart();
      try (var form = form()) {
        var wished = new GitHubFormRequest(url, organization, name, form.redirect(), webhooks);
        var answer = api.post(CodeHostKindCommands.PATH + "/github-form", wished);
        form.show(Json.read(answer, GitHubFormView.class));
        var progress = cli.progress();
        progress.line("Open this page in a browser, and make the GitHub App there:");
        progress.line("  " + form.url());
        progress.line(
            "On another machine first: ssh -L %d:127.0.0.1:%d THIS-MACHINE"
                .formatted(form.port(), form.port()));
        if (cli.out().terminal()) {
          Browser.open(cli.world(), form.url());
        }
        var code = form.code(CODE_IS_GOOD);
        return request(
            null,
            code.orElseThrow(
                () -> new CliFault(Exit.FAILED, "nobody made a GitHub App within an hour")));
      }
    }
  }

  @Command(
      name = "status",
      description = "Ask GitHub what its App may do, where it is installed, and what it lacks.",
      footerHeading = "%nExit code 1 when one cannot be used.%n%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} github status")
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
      description = "Forget a GitHub, and the key of its App, from which no app is followed.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} github remove github.com")
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
