package run.ephemeral.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.follow.Feed;
import run.ephemeral.cli.follow.Outcome;
import run.ephemeral.cli.follow.Progress;
import run.ephemeral.cli.local.TreeWatch;
import run.ephemeral.cli.output.Records;
import run.ephemeral.cli.output.Screen;
import run.ephemeral.wire.EnvironmentView;
import run.ephemeral.wire.StartRunRequest;

@Command(
    name = "run",
    description = "Run the app in a folder, uncommitted changes included.",
    footerHeading =
        "%nRun again, it updates. Without a control plane, it starts one.%n%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} run",
      "  ${ROOT-COMMAND-NAME} run ~/code/shop --name shop-try --watch"
    })
final class RunCommand implements Callable<Integer> {
  private static final Duration QUIET = Duration.ofMillis(150);

  private final Cli cli;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "The folder with ephemeral.yaml, or one below it. Default: this one.")
  private String directory = ".";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What to call the environment. Default: <folder>-local.")
  private @Nullable String name;

  @Option(
      names = "--cluster",
      paramLabel = "NAME|KEY=VALUE,…",
      description =
          "On which a new environment runs: the cluster of a name, or any with these labels."
              + " Default: where the app fits.")
  private @Nullable String cluster;

  @Option(names = "--watch", description = "Go on, and update it at every edit until Ctrl-C.")
  private boolean watch;

  @Option(names = "--no-wait", description = "Return at once, without waiting until it is ready.")
  private boolean hurry;

  @Option(
      names = {"-w", "--wait"},
      hidden = true,
      description = "As with other commands; here it is so anyway.")
  void wait(boolean asked) {
    hurry = !asked;
  }

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long to wait at most, such as 90s. Default: 10m.")
  private Duration timeout = WaitOptions.PATIENCE;

  @Mixin private final StartOptions start = new StartOptions();

  RunCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var folder = folder();
    var api = start.connect(cli).api();
    if (watch) {
      return watch(api, folder);
    }
    return hurry ? ask(api, folder) : bringUp(api, folder, true);
  }

  /// The given folder, or the nearest parent in the same repository, with an `ephemeral.yaml`.
  private Path folder() throws IOException {
    var folder = cli.resolve(directory);
    if (!Files.isDirectory(folder)) {
      throw new CliFault(Exit.NOT_FOUND, "there is no folder " + folder);
    }
    for (var one = folder.toRealPath(); one != null; one = one.getParent()) {
      var file = one.resolve("ephemeral.yaml");
      if (Files.isDirectory(file)) {
        throw new CliFault(Exit.FAILED, file + " is a folder, and must be a file");
      }
      if (Files.exists(file)) {
        return one;
      }
      if (Files.exists(one.resolve(".git"))) {
        break;
      }
    }
    throw new CliFault(
        Exit.NOT_FOUND,
        "there is no ephemeral.yaml in " + folder,
        "write one from what is there: " + cli.command("init"));
  }

  private int ask(ControlPlane api, Path folder) {
    var answer = api.post("/environments", new StartRunRequest(folder.toString(), name, cluster));
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), answer);
    } else {
      var asked = Json.read(answer, EnvironmentView.class).name();
      cli.out().line("Asked for %s. See %s".formatted(asked, cli.command("show " + asked)));
    }
    return Exit.OK;
  }

  private int bringUp(ControlPlane api, Path folder, boolean hints) {
    var out = cli.progress();
    try (var feed = Feed.open(api)) {
      var answer = api.post("/environments", new StartRunRequest(folder.toString(), name, cluster));
      var asked = Json.read(answer, EnvironmentView.class);
      if (hints) {
        out.line("%s from %s".formatted(out.bold(asked.name()), cli.shortened(folder.toString())));
      }
      var outcome = follow(api, feed, asked);
      var told = new Ending(cli, api).tell(outcome);
      // Somebody else destroyed it.
      var code = outcome instanceof Outcome.Gone ? Exit.FAILED : told;
      if (hints && code == Exit.OK) {
        out.line(
            "Next: %s · %s · it goes on until %s or %s"
                .formatted(
                    cli.command("open " + asked.name()),
                    cli.command("logs " + asked.name() + " -f"),
                    cli.command("destroy " + asked.name()),
                    cli.command("down")));
      }
      return code;
    }
  }

  private Outcome follow(ControlPlane api, Feed feed, EnvironmentView asked) {
    var out = cli.progress();
    var said =
        "\n%s goes on without you. Remove it: %s"
            .formatted(asked.name(), cli.command("destroy " + asked.name()));
    try (var _ = cli.world().interrupts().on(() -> tellUnlessWatching(said, out))) {
      return new Progress(api, out, asked).follow(feed, timeout);
    }
  }

  /// Not printed with `--watch`, which prints something similar.
  private void tellUnlessWatching(String said, Screen out) {
    if (!watch) {
      out.line(said);
    }
  }

  /// Runs until it is interrupted, also after a failure, because the next edit may fix it.
  private int watch(ControlPlane api, Path folder) throws IOException, InterruptedException {
    var out = cli.progress();
    try (var tree = new TreeWatch(folder);
        var _ =
            cli.world()
                .interrupts()
                .on(() -> out.line("\nNo longer watching. The environment goes on."))) {
      update(api, folder, true);
      while (true) {
        out.line(out.dim("Watching for edits; Ctrl-C ends that and leaves it running."));
        out.line("\n" + out.bold(said(tree.await(QUIET))));
        update(api, folder, false);
      }
    }
  }

  private void update(ControlPlane api, Path folder, boolean first) {
    try {
      bringUp(api, folder, first);
    } catch (CliFault e) {
      if (e.exit() == Exit.NO_CONTROL_PLANE) {
        throw e;
      }
      new ErrorReport(cli).of(e);
    }
  }

  private static String said(Set<String> changed) {
    return switch (changed.size()) {
      case 0 -> "Much changed";
      case 1 -> changed.iterator().next() + " changed";
      default -> "%s and %d more changed".formatted(changed.iterator().next(), changed.size() - 1);
    };
  }
}
