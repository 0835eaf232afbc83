package run.ephemeral.cli;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.follow.Board;
import run.ephemeral.cli.follow.Feed;
import run.ephemeral.cli.local.Pid;
import run.ephemeral.cli.output.EventLine;
import run.ephemeral.cli.output.Live;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.cli.output.Screen;
import run.ephemeral.cli.output.Times;
import run.ephemeral.wire.AppView;
import run.ephemeral.wire.EventView;
import run.ephemeral.wire.ShutdownRequest;

@Command(
    name = "demo",
    description = "Run a sample shop with three pull requests, on this machine.",
    footerHeading =
        "%nOne of the three fails, to show how that looks. Ctrl-C stops everything; run"
            + " again, it picks up.%n%nExamples%n",
    footer = {"  ${ROOT-COMMAND-NAME} demo", "  ${ROOT-COMMAND-NAME} demo --keep"})
final class DemoCommand implements Callable<Integer> {
  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration FOREVER = Duration.ofHours(1);

  /// The server's own file is deleted before its process ends.
  private static final Duration STOP = Duration.ofSeconds(30);

  private final Cli cli;
  private final AtomicBoolean leaving = new AtomicBoolean();
  private final AtomicBoolean up = new AtomicBoolean();

  @Option(names = "--keep", description = "Return when all is up, and leave it running.")
  private boolean keep;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long to wait for all to be up. Default: 10m.")
  private Duration timeout = WaitOptions.PATIENCE;

  @Mixin private final StartOptions start = new StartOptions();

  DemoCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var connection = start.connect(cli);
    var api = connection.api();
    try (var _ = cli.world().interrupts().on(() -> leave(connection));
        var feed = Feed.open(api)) {
      var app = Json.read(api.post("/demo", Map.of()), AppView.class);
      var board = new Board(app.name());
      var late = !bringUp(api, feed, board);
      if (leaving.get()) {
        return Exit.OK;
      }
      end(app, api, board);
      if (late) {
        throw new CliFault(
            Exit.TIMED_OUT, "not all is up after the time allowed", cli.command("events"));
      }
      up.set(true);
      return keep ? kept() : follow(feed, board);
    } catch (CliFault e) {
      // After Ctrl-C the control plane was told to stop, so a lost connection is expected.
      if (leaving.get()) {
        return Exit.OK;
      }
      if (up.get() && e.exit() == Exit.NO_CONTROL_PLANE && isStopped(connection)) {
        cli.progress().line("The control plane was stopped.");
        return Exit.OK;
      }
      throw e;
    }
  }

  /// Shows the table while it changes.
  ///
  /// @return whether all environments were settled in time
  private boolean bringUp(ControlPlane api, Feed feed, Board board) {
    var out = cli.progress();
    var deadline = System.nanoTime() + timeout.toNanos();
    try (var live = new Live(out)) {
      while (!leaving.get()) {
        switch (feed.poll(TICK).orElse(null)) {
          case null -> {
            if (isUp(api, board)) {
              return true;
            }
          }
          case Feed.Change.Became(var environment) ->
              board
                  .take(environment)
                  .filter(changed -> !out.terminal())
                  .ifPresent(
                      changed ->
                          out.line(
                              "%s  %s  %s"
                                  .formatted(
                                      changed.name(),
                                      changed.phase(),
                                      Plain.of(changed.reason()))));
          case Feed.Change.Over over when !leaving.get() -> throw over.why();
          case Feed.Change.Happened _, Feed.Change.Over _ -> {}
        }
        if (board.size() > 0) {
          live.below(Views.table(cli, out).brief(board.environments()));
        }
        if (System.nanoTime() > deadline) {
          return false;
        }
      }
      return true;
    }
  }

  private static boolean isUp(ControlPlane api, Board board) {
    if (board.size() == 0 || !board.rests()) {
      return false;
    }
    var app = board.environments().getFirst().app();
    return api.getAll("/apps", AppView.class).stream()
        .filter(each -> each.name().equals(app))
        .flatMap(each -> each.pullRequests().stream())
        .filter(pull -> pull.note() == null)
        .allMatch(pull -> pull.environment() != null && board.has(pull.environment()));
  }

  private void end(AppView app, ControlPlane api, Board board) {
    if (cli.format().forPrograms()) {
      var query = "/environments?app=" + ControlPlane.encoded(app.name());
      Records.print(cli.out(), cli.format(), api.get(query));
    }
    var out = cli.progress();
    out.lines(Views.table(cli, out).brief(board.environments()));
    var first = board.environments().stream().findFirst().map(each -> each.name()).orElse("");
    out.line(
        "Push to a branch in %s and watch it change. Next: %s"
            .formatted(
                Plain.of(cli.shortened(app.source())),
                cli.command("list · open " + first + " · logs -f · sleep · down")));
  }

  private int kept() {
    cli.progress().line("All goes on running. Stop it: " + cli.command("down"));
    return Exit.OK;
  }

  /// Prints changes until Ctrl-C.
  private int follow(Feed feed, Board board) {
    var out = cli.progress();
    while (!leaving.get() && !out.closed()) {
      switch (feed.poll(FOREVER).orElse(null)) {
        case null -> {}
        case Feed.Change.Became(var environment) -> board.take(environment);
        case Feed.Change.Happened(var event) when isNews(event) -> tell(event, board, out);
        case Feed.Change.Over over when !leaving.get() -> throw over.why();
        case Feed.Change.Happened _, Feed.Change.Over _ -> {}
      }
    }
    return Exit.OK;
  }

  /// Whether somebody else stops the control plane, such as with `down`, in place of a crash.
  private boolean isStopped(Cli.Connection connection) {
    if (connection.pid().isEmpty()) {
      return false;
    }
    try {
      var _ = Pid.awaitEnd(connection.pid().get(), STOP);
      return cli.home().server().isEmpty() && !cli.home().isLeftByCrash();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Steps are left out, except `ready` and those with a warning or an error.
  private static boolean isNews(EventView event) {
    return !EventLine.isPlain(event)
        || event.step().equals("ready")
        || !event.level().equals("info");
  }

  private void tell(EventView event, Board board, Screen out) {
    var took = event.millis() == null ? "" : ", " + Times.took(event.millis());
    var url =
        event.step().equals("ready")
            ? board.find(event.environment()).map(each -> each.url()).map("  "::concat).orElse("")
            : "";
    var mark = event.level().equals("info") ? "" : EventLine.mark(event, out) + " ";
    out.line(
        "%s  %s%s%s%s"
            .formatted(out.bold(event.environment()), mark, Plain.of(event.text()), took, url));
  }

  /// Ctrl-C: stops what this command started, and nothing else.
  private void leave(Cli.Connection connection) {
    leaving.set(true);
    var out = cli.progress();
    if (keep || !connection.started()) {
      out.line(
          "\nThe control plane %s, so all goes on running. Stop it: %s"
              .formatted(keep ? "is to be kept" : "ran before", cli.command("down")));
      return;
    }
    out.line(
        "\nStopping everything. Data is kept; %s picks up where it was."
            .formatted(cli.command("demo")));
    try {
      new Stopping(cli, out).stop(connection, new ShutdownRequest(false, false));
      out.line("Stopped.");
    } catch (CliFault e) {
      new ErrorReport(cli).of(e);
    }
  }
}
