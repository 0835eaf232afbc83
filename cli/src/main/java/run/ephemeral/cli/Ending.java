package run.ephemeral.cli;

import java.util.List;
import java.util.OptionalInt;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.follow.FrontPage;
import run.ephemeral.cli.follow.Outcome;
import run.ephemeral.cli.output.EnvironmentTable;
import run.ephemeral.cli.output.LogPrinter;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.cli.output.Times;
import run.ephemeral.wire.EnvironmentView;
import run.ephemeral.wire.LogLine;

/// Prints how waiting for an environment ended: its URLs, or what is wrong with it.
final class Ending {
  private static final int LAST_LINES = 20;

  private final Cli cli;
  private static final int SERVER_ERROR = 500;

  private final ControlPlane api;

  Ending(Cli cli, ControlPlane api) {
    this.cli = cli;
    this.api = api;
  }

  /// Prints the outcome.
  ///
  /// @return the exit code
  int tell(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done(var environment, var measured) -> {
        record(environment);
        yield done(environment, measured);
      }
      case Outcome.Failing(var environment) -> {
        record(environment);
        failing(environment);
        yield Exit.FAILED;
      }
      case Outcome.Gone(var name) -> {
        cli.progress().line(name + " is gone.");
        yield Exit.OK;
      }
      case Outcome.TimedOut(var environment) -> throw late(environment);
    };
  }

  private void record(EnvironmentView environment) {
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), api.get(Environments.path(environment.name())));
    }
  }

  private int done(EnvironmentView it, boolean measured) {
    var out = cli.progress();
    var broken = EnvironmentTable.failing(it);
    if (broken.isPresent()) {
      failing(it);
      return Exit.FAILED;
    }
    if (!it.phase().equals("ready")) {
      out.line("%s is %s: %s".formatted(it.name(), out.state(it.phase()), Plain.of(it.reason())));
      return Exit.OK;
    }
    out.line("");
    it.components().stream()
        .filter(part -> part.url() != null && !part.url().equals(it.url()))
        .forEach(part -> out.line("  %-8s %s".formatted(part.name(), part.url())));
    out.line(
        "%s is %s%s%s"
            .formatted(
                it.name(),
                out.state("ready"),
                it.url() == null ? "" : " at " + out.bold(out.cyan(it.url())),
                it.readyMillis() == null || !measured
                    ? ""
                    : "  READY IN " + Times.took(it.readyMillis())));
    broken(it);
    return Exit.OK;
  }

  /// A service is ready when it accepts connections, so a broken front page is reported here.
  private void broken(EnvironmentView it) {
    var status = it.url() == null ? OptionalInt.empty() : FrontPage.status(it.url());
    if (status.orElse(0) >= SERVER_ERROR) {
      var out = cli.progress();
      out.line(
          "%s its front page answers %d  → %s"
              .formatted(
                  out.red("but"), status.getAsInt(), cli.command("logs %s".formatted(it.name()))));
      out.line("  With `health: /` in the file only a page that works counts as ready.");
    }
  }

  /// Prints the reason, the last log lines of the failing component, and where to read more.
  private void failing(EnvironmentView it) {
    var err = cli.err();
    err.line("%s %s: %s".formatted(err.red("failing:"), it.name(), Plain.of(it.reason())));
    if (EnvironmentTable.hasLogs(it)) {
      EnvironmentTable.failing(it).ifPresent(part -> lastLines(it.name(), part.name()));
    } else {
      err.line("  → " + cli.command("events " + it.name()));
    }
    err.line("  → " + cli.command(EnvironmentTable.more(it)));
  }

  /// Best effort: a failure here does not change the exit code.
  private void lastLines(String environment, String component) {
    var query = "/logs?component=%s&tail=%d".formatted(ControlPlane.encoded(component), LAST_LINES);
    List<LogLine> lines;
    try {
      lines = Json.readAll(api.get(Environments.path(environment) + query), LogLine.class);
    } catch (CliFault | IllegalArgumentException e) {
      return;
    }
    var printer = new LogPrinter(cli.err(), true);
    var last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    printer.expect(last, "");
    last.forEach(line -> printer.print(line, " "));
  }

  private CliFault late(EnvironmentView it) {
    return new CliFault(
        Exit.TIMED_OUT,
        "%s is still %s after the time allowed: %s"
            .formatted(it.name(), it.phase(), Plain.of(it.reason())),
        "it goes on; see " + cli.command("show " + it.name()),
        "wait longer: --timeout 20m");
  }
}
