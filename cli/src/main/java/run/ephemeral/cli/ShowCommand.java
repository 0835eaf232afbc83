package run.ephemeral.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.ephemeral.cli.output.EnvironmentTable;
import run.ephemeral.cli.output.Format;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.cli.output.Screen;
import run.ephemeral.cli.output.Table;
import run.ephemeral.cli.output.Times;
import run.ephemeral.wire.ComponentView;
import run.ephemeral.wire.EnvironmentView;

@Command(
    name = "show",
    description = "Show an environment and its parts.",
    footerHeading = "%nExamples%n",
    footer = {"  ${ROOT-COMMAND-NAME} show pr-shop-1", "  ${ROOT-COMMAND-NAME} show 1 -o yaml"})
final class ShowCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "The environment. Default: the one of this folder, or the only one.")
  private @Nullable String name;

  ShowCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var found = new Environments(cli, cli.api()).findOrOnly(name);
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), found.node());
    } else {
      show(found.environment(), cli.out());
    }
    return Exit.OK;
  }

  private void show(EnvironmentView it, Screen out) {
    out.line(
        "%s  %s%s"
            .formatted(
                out.bold(it.name()),
                out.state(it.phase()),
                it.url() == null ? "" : "  " + out.cyan(it.url())));
    fact(out, "app", it.app());
    fact(out, "because", Plain.of(it.reason()));
    var pull = it.pullRequest();
    if (pull != null) {
      fact(out, "pull request", "#%d %s".formatted(pull.number(), Plain.of(pull.title())));
      fact(out, "branch", "%s by %s".formatted(Plain.of(pull.branch()), Plain.of(pull.author())));
    }
    if (it.directory() != null) {
      fact(out, "folder", Plain.of(cli.shortened(it.directory())));
    }
    if (Environments.isOnCluster(it)) {
      fact(out, "cluster", Plain.of(String.valueOf(it.cluster())));
    }
    if (it.commit() != null) {
      fact(out, "commit", EnvironmentTable.shortCommit(it.commit()));
    }
    if (it.readyMillis() != null) {
      fact(out, "ready in", Times.took(it.readyMillis()));
    }
    var now = cli.now();
    fact(out, "made", Times.relative(it.createdAt(), now));
    if (it.lastUsedAt() != null) {
      fact(out, "used", Times.relative(it.lastUsedAt(), now));
    }
    fact(out, "expires", EnvironmentTable.expires(it, now));
    parts(it, out);
  }

  private static void fact(Screen out, String label, String value) {
    out.line("  %s %s".formatted(out.dim("%-13s".formatted(label)), value));
  }

  /// Whether the component runs; a database has no process of its own.
  private static boolean runs(ComponentView part) {
    return part.pid() != null || part.state().equals("ready");
  }

  private void parts(EnvironmentView it, Screen out) {
    if (it.components().isEmpty()) {
      return;
    }
    var wide = cli.format() == Format.WIDE;
    var headings =
        new ArrayList<>(List.of("COMPONENT", "KIND", "STATE", "URL", "PID", "RESTARTS", "DETAIL"));
    if (wide) {
      headings.add(4, "ADDRESS");
    }
    var table =
        new Table(headings.toArray(String[]::new))
            .free("DETAIL")
            .minor("RESTARTS", "PID", "KIND", "DETAIL");
    for (var part : it.components()) {
      var row = new ArrayList<String>();
      row.add(part.name());
      row.add(part.kind());
      row.add(out.state(part.state()));
      row.add(part.url() == null ? "-" : part.url());
      if (wide) {
        row.add(part.address() == null || !runs(part) ? "-" : part.address());
      }
      row.add(part.pid() == null ? "-" : part.pid().toString());
      // The control plane does not count those on clusters.
      row.add(Environments.isOnCluster(it) ? "-" : String.valueOf(part.restarts()));
      row.add(Plain.of(part.detail()));
      table.row(row);
    }
    out.line("");
    out.lines(table.lines(out));
  }
}
