package run.ephemeral.cli.local;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import run.ephemeral.cli.CliFault;
import run.ephemeral.cli.Exit;
import run.ephemeral.cli.World;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.output.Live;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Screen;
import run.ephemeral.cli.output.Times;
import run.ephemeral.wire.ServerFile;

/// Starts the control plane of this machine and waits until it answers.
///
/// It runs in a session of its own, so that Ctrl-C in this terminal does not reach it, and
/// writes to `server.log` in the home folder. If two are started at once, the second finds the
/// home locked and ends, and both commands use the first.
public final class Launch {
  private static final long PATIENCE_MILLIS = 120_000;
  private static final int POLL_MILLIS = 40;
  private static final int LAST_LINES = 15;
  private static final int LEAST_FILES = 512;
  private static final int USUAL_API = 7070;
  private static final int USUAL_GATEWAY = 8080;

  private final World world;
  private final Home home;
  private final Map<String, String> settings;

  /// @param settings system properties for the control plane, such as ephemeral.listen
  public Launch(World world, Home home, Map<String, String> settings) {
    this.world = world;
    this.home = home;
    this.settings = settings;
  }

  /// The JVM's command line, for running it in the foreground.
  public List<String> command() {
    return command(List.of());
  }

  /// @param more additional JVM options
  private List<String> command(List<String> more) {
    requireFiles();
    var jar =
        world
            .property("ephemeral.server.jar")
            .map(Path::of)
            .filter(Files::isRegularFile)
            .orElseThrow(
                () ->
                    new CliFault(
                        Exit.NO_CONTROL_PLANE,
                        "no control plane runs, and this program does not know where its jar is",
                        "start it with the `ephemeral` script of the repository, which does",
                        "or say where one runs: --server http://host:7070"));
    var command = new ArrayList<String>();
    command.add(Path.of(world.properties().getOrDefault("java.home", "")).resolve("bin/java") + "");
    var options = jar.toAbsolutePath().resolveSibling("jvm.args");
    if (Files.isRegularFile(options)) {
      command.add("@" + options);
    }
    var cache = jar.toAbsolutePath().resolveSibling("server.aot");
    if (Files.isRegularFile(cache)) {
      command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off"));
    }
    command.add("-Dephemeral.home=" + home.folder());
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(more);
    command.addAll(List.of("-jar", jar.toString()));
    return command;
  }

  /// With fewer file descriptors the server cannot even load the classes to report that.
  private static void requireFiles() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        && system.getMaxFileDescriptorCount() < LEAST_FILES) {
      throw new CliFault(
          Exit.NO_CONTROL_PLANE,
          "a program may open %d files here, and the control plane needs %d"
              .formatted(system.getMaxFileDescriptorCount(), LEAST_FILES),
          "raise the limit: ulimit -Hn shows how far, ulimit -n 4096 does it");
    }
  }

  /// Starts the control plane, unless another process starts it at the same time.
  public ServerFile start(Screen screen) {
    try {
      // The folder contains variables of environments, passwords too.
      var mine = PosixFilePermissions.fromString("rwx------");
      Files.createDirectories(home.folder(), PosixFilePermissions.asFileAttribute(mine));
      var log = LogFile.fromHere(home.log());
      var process = detached().start();
      var file = await(process, log, screen);
      tellPorts(file, screen);
      return file;
    } catch (IOException e) {
      throw new CliFault(
          Exit.FAILED, "cannot start the control plane in %s: %s".formatted(home.folder(), e));
    }
  }

  /// Prints the ports if they are not the default ones.
  private void tellPorts(ServerFile file, Screen screen) {
    var api = URI.create(file.api()).getPort();
    var gateway = URI.create(file.gateway()).getPort();
    if (!settings.containsKey("ephemeral.listen") && api != USUAL_API) {
      screen.line("Port %d is taken, so the API uses %d.".formatted(USUAL_API, api));
    }
    if (!settings.containsKey("ephemeral.gateway.port") && gateway != USUAL_GATEWAY) {
      screen.line("Port %d is taken, so visitors use %d.".formatted(USUAL_GATEWAY, gateway));
    }
  }

  private ProcessBuilder detached() {
    // Tells the server which file its output goes to, so that it limits the file's size.
    var command = command(List.of("-Dephemeral.log=" + home.log()));
    Programs.find(world, "setsid").ifPresent(setsid -> command.addFirst(setsid.toString()));
    var builder =
        new ProcessBuilder(command)
            .directory(home.folder().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.log().toFile()));
    builder.environment().clear();
    builder.environment().putAll(world.environment());
    return builder;
  }

  private ServerFile await(Process process, LogFile log, Screen screen) {
    var began = System.nanoTime();
    if (!screen.terminal()) {
      screen.line("Starting the control plane (its log: %s)".formatted(home.log()));
    }
    try (var live = new Live(screen)) {
      while (true) {
        var answering = home.server().filter(Launch::answers);
        if (answering.isPresent()) {
          return answering.get();
        }
        var millis = (System.nanoTime() - began) / 1_000_000;
        live.below(List.of("  Starting the control plane  " + Times.took(millis)));
        if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          return home.server().filter(Launch::answers).orElseThrow(() -> ended(process, log));
        }
        if (millis > PATIENCE_MILLIS) {
          throw silent(log);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliFault(Exit.INTERRUPTED, "interrupted while the control plane was starting");
    }
  }

  private static boolean answers(ServerFile file) {
    try {
      return new ControlPlane(URI.create(file.api()), file.token()).find("/status").isPresent();
    } catch (CliFault e) {
      return false;
    }
  }

  private CliFault ended(Process process, LogFile log) {
    Optional<String> sentence = log.fault();
    if (sentence.isPresent()) {
      return new CliFault(Exit.NO_CONTROL_PLANE, Plain.of(sentence.get()));
    }
    return new CliFault(
        Exit.NO_CONTROL_PLANE,
        "the control plane ended with code %d before it could answer; its last words:%s"
            .formatted(process.exitValue(), quoted(log)),
        "the whole log: " + home.log());
  }

  private CliFault silent(LogFile log) {
    return new CliFault(
        Exit.TIMED_OUT,
        "the control plane did not answer within %s; its last words:%s"
            .formatted(Times.took(PATIENCE_MILLIS), quoted(log)),
        "the whole log: " + home.log());
  }

  private static String quoted(LogFile log) {
    var text = new StringBuilder();
    log.last(LAST_LINES).forEach(line -> text.append("\n    ").append(Plain.of(line)));
    return text.isEmpty() ? " none" : text.toString();
  }
}
