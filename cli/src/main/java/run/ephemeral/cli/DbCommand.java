package run.ephemeral.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.local.Foreground;
import run.ephemeral.cli.local.Programs;
import run.ephemeral.cli.output.Nearest;
import run.ephemeral.cli.output.Records;
import run.ephemeral.wire.DatabaseView;

@Command(
    name = "db",
    description = "Reach the databases of an environment.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} db url pr-shop-1",
      "  ${ROOT-COMMAND-NAME} db psql pr-shop-1 -- -c 'select 1'"
    })
final class DbCommand implements Runnable {
  private final Cli cli;

  @Spec private CommandSpec spec = CommandSpec.create();

  DbCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public void run() {
    spec.commandLine().usage(cli.out().stream());
  }

  /// The database with this name; without a name, the only one.
  private static DatabaseView find(Cli cli, String environment, @Nullable String database) {
    var api = cli.api();
    var name = new Environments(cli, api).find(environment).name();
    var all = api.getAll(Environments.path(name) + "/databases", DatabaseView.class);
    var names = all.stream().map(DatabaseView::component).toList();
    if (database == null && all.size() == 1) {
      return all.getFirst();
    }
    if (database == null) {
      throw new CliFault(
          all.isEmpty() ? Exit.NOT_FOUND : Exit.USAGE,
          all.isEmpty()
              ? name + " has no database"
              : "which database? %s has %s".formatted(name, String.join(", ", names)));
    }
    return all.stream()
        .filter(each -> each.component().equals(database))
        .findFirst()
        .orElseThrow(
            () ->
                new CliFault(
                    Exit.NOT_FOUND,
                    "%s has no database `%s`%s"
                        .formatted(name, database, Nearest.hint(database, names)),
                    names.isEmpty() ? "it has none" : "it has " + String.join(", ", names)));
  }

  @Command(
      name = "url",
      description = "Print the URL of a database, password included.",
      footerHeading = "%nExample%n",
      footer = "  psql $$(${ROOT-COMMAND-NAME} db url pr-shop-1)")
  static final class Url implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "NAME", description = "The environment.")
    private String name = "";

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "DB",
        description = "The database. Default: the only one.")
    private @Nullable String database;

    Url(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var found = find(cli, name, database);
      if (cli.format().forPrograms()) {
        Records.print(cli.out(), cli.format(), Json.tree(found));
      } else {
        cli.out().line(found.url());
      }
      return Exit.OK;
    }
  }

  @Command(
      name = "psql",
      description = "Open psql on a database.",
      customSynopsis = "${COMMAND-FULL-NAME} NAME [DB] [-- PSQL-ARGUMENTS]",
      footerHeading = "%nExamples%n",
      footer = {
        "  ${ROOT-COMMAND-NAME} db psql pr-shop-1",
        "  ${ROOT-COMMAND-NAME} db psql pr-shop-1 db -- -c 'select count(*) from products'"
      })
  static final class Psql implements Callable<Integer> {
    private final Cli cli;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
        arity = "1..*",
        paramLabel = "NAME",
        description = "The environment and, if it has several, the database.")
    private List<String> words = new ArrayList<>();

    Psql(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var words = Dashes.split(spec, this.words);
      if (words.before().isEmpty() || words.before().size() > 2) {
        throw new CliFault(
            Exit.USAGE,
            "psql's own arguments belong after --",
            cli.command("db psql pr-shop-1 -- -c 'select 1'"));
      }
      var database =
          find(
              cli,
              words.before().getFirst(),
              words.before().size() > 1 ? words.before().get(1) : null);
      var psql =
          Programs.find(cli.world(), "psql")
              .orElseThrow(
                  () ->
                      new CliFault(
                          Exit.NOT_FOUND,
                          "there is no psql on PATH",
                          "install PostgreSQL's client, such as: apt install postgresql-client",
                          "or use any other client with " + cli.command("db url")));
      var command =
          new ArrayList<>(
              List.of(
                  psql.toString(),
                  "--host=" + database.host(),
                  "--port=" + database.port(),
                  "--username=" + database.user(),
                  "--dbname=" + database.name()));
      command.addAll(words.after());
      // Not as an argument: every user of the machine can read those.
      return Foreground.run(cli.world(), command, Map.of("PGPASSWORD", database.password()), false);
    }
  }
}
