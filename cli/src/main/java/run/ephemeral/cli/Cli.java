package run.ephemeral.cli;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.local.Home;
import run.ephemeral.cli.local.Launch;
import run.ephemeral.cli.local.Programs;
import run.ephemeral.cli.output.Format;
import run.ephemeral.cli.output.Screen;
import run.ephemeral.wire.ServerFile;

/// The context of every command: the world, the global options, and the connection to a control
/// plane.
final class Cli {
  private final World world;
  private final GlobalOptions options = new GlobalOptions();
  private final String program;

  Cli(World world) {
    this.world = world;
    this.program =
        Programs.asCalled(world, world.property("ephemeral.command").orElse("ephemeral"));
  }

  /// A control plane, and how it was found.
  ///
  /// @param started whether this command started it
  /// @param pid its process id, when it runs on this machine
  record Connection(ControlPlane api, boolean started, Optional<Long> pid) {}

  World world() {
    return world;
  }

  GlobalOptions options() {
    return options;
  }

  Format format() {
    return options.format;
  }

  Screen out() {
    return options.noColor ? world.out().withoutColour() : world.out();
  }

  Screen err() {
    return options.noColor ? world.err().withoutColour() : world.err();
  }

  /// Where progress is printed: standard error when the output is for programs.
  Screen progress() {
    return format().forPrograms() ? err() : out();
  }

  Instant now() {
    return world.clock().instant();
  }

  /// The name by which the user called this program.
  String program() {
    return program;
  }

  /// A command to suggest, in the user's spelling.
  String command(String arguments) {
    return program() + " " + arguments;
  }

  Home home() {
    return Home.of(world);
  }

  /// A path with the user's home folder shortened to `~`.
  String shortened(String path) {
    var userHome = Home.userHome(world);
    return (path + "/").startsWith(userHome + "/") ? "~" + path.substring(userHome.length()) : path;
  }

  Path resolve(String path) {
    return world.directory().resolve(path).toAbsolutePath().normalize();
  }

  /// The running control plane.
  ///
  /// @throws CliFault when none runs
  ControlPlane api() {
    return connection().orElseThrow(this::none).api();
  }

  /// The running control plane, if any.
  Optional<Connection> connection() {
    return elsewhere()
        .map(api -> new Connection(api, false, Optional.empty()))
        .or(() -> home().server().map(file -> connected(file, false)));
  }

  /// The control plane that runs, else one started now: also when the one before is being stopped.
  Connection connectionOrStart(Map<String, String> settings) {
    return elsewhere()
        .map(api -> new Connection(api, false, Optional.empty()))
        .or(() -> home().server().filter(Launch::listens).map(file -> connected(file, false)))
        .orElseGet(
            () -> {
              var started = new Launch(world, home(), settings).start(err());
              return connected(started.file(), started.isOurs());
            });
  }

  ControlPlane apiOrStart() {
    return connectionOrStart(Map.of()).api();
  }

  private Optional<ControlPlane> elsewhere() {
    return Optional.ofNullable(options.server)
        .or(() -> world.variable("EPHEMERAL_SERVER"))
        .map(url -> new ControlPlane(address(url), world.variable("EPHEMERAL_TOKEN").orElse(null)));
  }

  private Connection connected(ServerFile file, boolean started) {
    var token = world.variable("EPHEMERAL_TOKEN").orElse(file.token());
    return new Connection(
        new ControlPlane(URI.create(file.api()), token), started, Optional.of(file.pid()));
  }

  private static URI address(String url) {
    try {
      var uri = URI.create(url);
      var scheme = uri.getScheme();
      var isHttp = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
      if (isHttp && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw new CliFault(
        Exit.USAGE,
        "`%s` is not the address of a control plane, which is an http or https URL".formatted(url),
        "write it like http://127.0.0.1:7070");
  }

  private CliFault none() {
    return new CliFault(
        Exit.NO_CONTROL_PLANE,
        "no control plane runs on this machine (%s has none)"
            .formatted(shortened(home().folder().toString())),
        "%s   the sample shop and its pull requests".formatted(command("demo")),
        "%s    the app in this folder".formatted(command("run")));
  }
}
