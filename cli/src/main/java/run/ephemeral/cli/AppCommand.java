package run.ephemeral.cli;

import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.Format;
import run.ephemeral.cli.output.Nearest;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.cli.output.Table;
import run.ephemeral.cli.output.Times;
import run.ephemeral.wire.AddAppRequest;
import run.ephemeral.wire.AppView;
import run.ephemeral.wire.PullRequestView;

@Command(
    name = "app",
    description = "Follow repositories: every pull request becomes an environment.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples%n",
    footer = {"  ${ROOT-COMMAND-NAME} app add ~/code/shop", "  ${ROOT-COMMAND-NAME} app list"})
final class AppCommand implements Runnable {
  private final Cli cli;

  @Spec private CommandSpec spec = CommandSpec.create();

  AppCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public void run() {
    spec.commandLine().usage(cli.out().stream());
  }

  static CliFault unknown(Cli cli, ControlPlane api, String app) {
    var names = api.getAll("/apps", AppView.class).stream().map(AppView::name).toList();
    return new CliFault(
        Exit.NOT_FOUND,
        "there is no app `%s`%s".formatted(app, Nearest.hint(app, names)),
        cli.command("app list"));
  }

  @Command(
      name = "add",
      description = "Follow a git repository from now on.",
      footerHeading = "%nExamples%n",
      footer = {
        "  ${ROOT-COMMAND-NAME} app add .",
        "  ${ROOT-COMMAND-NAME} app add gitea.example.com/acme/shop",
        "  ${ROOT-COMMAND-NAME} app add https://example.com/acme/shop.git --name shop"
      })
  static final class Add implements Callable<Integer> {
    /// Such as `gitea.example.com/acme/shop` or `localhost:3000/acme/shop`.
    private static final String ON_A_HOST = "[\\w-]+([.:][\\w-]+)+/[^/]+/[^/]+";

    private final Cli cli;

    @Parameters(
        paramLabel = "REPOSITORY",
        description =
            "A repository of a code host that was set up, or a folder or git URL, of which every"
                + " branch is a pull request.")
    private String source = "";

    @Option(
        names = "--name",
        paramLabel = "APP",
        description = "What to call it. Default: as its ephemeral.yaml says.")
    private @Nullable String name;

    @Option(
        names = "--cluster",
        paramLabel = "NAME|KEY=VALUE,…",
        description =
            "On which its environments run: the cluster of a name, or any with these labels."
                + " Default: where there is room.")
    private @Nullable String cluster;

    Add(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var answer = cli.apiOrStart().post("/apps", new AddAppRequest(source(), name, cluster));
      if (cli.format().forPrograms()) {
        Records.print(cli.out(), cli.format(), answer);
        return Exit.OK;
      }
      var app = Json.read(answer, AppView.class);
      var out = cli.out();
      out.line("Following %s as %s.".formatted(cli.shortened(app.source()), out.bold(app.name())));
      if (app.problem() != null) {
        out.line("%s %s".formatted(out.yellow("but:"), Plain.of(app.problem())));
      } else if (app.pullRequests().isEmpty()) {
        out.line(
            app.hosted()
                ? "Open a pull request and it gets a URL."
                : "Push a branch other than %s and it gets a URL.".formatted(app.defaultBranch()));
      }
      out.line("Next: %s · %s".formatted(cli.command("list"), cli.command("events -f")));
      return Exit.OK;
    }

    /// A folder is sent as absolute path: the control plane has another working directory.
    private String source() {
      if (source.contains("://") || source.matches("[^/]+@[^/]+:.*")) {
        return source;
      }
      var path = cli.resolve(source);
      if (!Files.isDirectory(path)) {
        if (source.matches(ON_A_HOST)) {
          return source;
        }
        throw new CliFault(
            Exit.NOT_FOUND,
            "there is no folder %s".formatted(path),
            "a repository elsewhere needs its whole URL, such as https://example.com/shop.git");
      }
      return path.toString();
    }
  }

  @Command(
      name = "list",
      description = "List the repositories that are followed.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} app list -o wide")
  static final class Listing implements Callable<Integer> {
    /// How many pull requests without an environment are listed for each app.
    private static final int NAMED = 5;

    private final Cli cli;

    Listing(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var answer = cli.api().get("/apps");
      if (cli.format().forPrograms()) {
        Records.print(cli.out(), cli.format(), answer);
        return Exit.OK;
      }
      var apps = Json.readAll(answer, AppView.class);
      if (apps.isEmpty()) {
        cli.out().line("No apps. Next: " + cli.command("app add REPOSITORY"));
      } else {
        cli.out().lines(table(apps).lines(cli.out()));
        apps.forEach(this::without);
      }
      return Exit.OK;
    }

    /// Says why open pull requests have no environment.
    private void without(AppView app) {
      var none = app.pullRequests().stream().filter(each -> each.environment() == null).toList();
      none.stream()
          .limit(NAMED)
          .map(
              each ->
                  "%s: %s has no environment: %s"
                      .formatted(app.name(), Plain.of(each.branch()), why(each)))
          .forEach(cli.out()::line);
      if (none.size() > NAMED) {
        cli.out()
            .line(
                "%s: and %d others: %s"
                    .formatted(app.name(), none.size() - NAMED, cli.command("app list -o yaml")));
      }
    }

    private static String why(PullRequestView pullRequest) {
      var note = pullRequest.note();
      return note == null ? "not told why" : Plain.of(note);
    }

    private Table table(List<AppView> apps) {
      var wide = cli.format() == Format.WIDE;
      var table =
          wide
              ? new Table("APP", "SOURCE", "BRANCH", "CLUSTER", "ADDED", "PULL REQUESTS", "PROBLEM")
              : new Table("APP", "SOURCE", "PULL REQUESTS", "PROBLEM");
      table.free("PROBLEM", "SOURCE");
      for (var app : apps) {
        var problem = app.problem() == null ? "-" : Plain.of(app.problem());
        var pulls = String.valueOf(app.pullRequests().size());
        var source = Plain.of(cli.shortened(app.source()));
        if (wide) {
          var added = Times.relative(app.addedAt(), cli.now());
          var cluster = app.cluster() == null ? "-" : Plain.of(app.cluster());
          var branch = Plain.of(app.defaultBranch());
          table.row(app.name(), source, branch, cluster, added, pulls, problem);
        } else {
          table.row(app.name(), source, pulls, problem);
        }
      }
      return table;
    }
  }

  @Command(
      name = "remove",
      description = "Stop following a repository and remove its environments.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} app remove shop")
  static final class Remove implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "APP", description = "What it is called.")
    private String app = "";

    Remove(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var api = cli.api();
      try {
        api.delete("/apps/" + ControlPlane.encoded(app));
      } catch (CliFault e) {
        throw e.exit() == Exit.NOT_FOUND ? unknown(cli, api, app) : e;
      }
      cli.out().line("No longer following %s; its environments are being removed.".formatted(app));
      return Exit.OK;
    }
  }
}
