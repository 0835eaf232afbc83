package run.ephemeral.cli.local;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import run.ephemeral.cli.CliFault;
import run.ephemeral.cli.Exit;
import run.ephemeral.cli.Why;
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
/// writes to `server.log` in the home folder.
///
/// Another one that holds the home's lock was started at the same time, and is used as soon as it
/// answers; or it is about to end, and this one follows it. Of two processes that start at once all
/// the same, one waits for the lock, and is ended as soon as the other answers.
public final class Launch {
  private static final long PATIENCE_MILLIS = 120_000;

  /// Less than the above, so that the process says why it gives up while somebody still listens.
  private static final String LOCK = "-Dephemeral.lock.seconds=100";

  private static final int POLL_MILLIS = 40;
  private static final int CONNECT_MILLIS = 5_000;
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

  /// A control plane that answers.
  ///
  /// @param isOurs false when another command started it at the same time
  public record Started(ServerFile file, boolean isOurs) {}

  /// Starts the control plane, unless another process starts it at the same time.
  public Started start(Screen screen) {
    try {
      // The folder contains variables of environments, passwords too.
      var mine = PosixFilePermissions.fromString("rwx------");
      Files.createDirectories(home.folder(), PosixFilePermissions.asFileAttribute(mine));
      var other = awaitOther(screen);
      if (other.isPresent()) {
        return new Started(other.get(), false);
      }
      var log = LogFile.fromHere(home.log());
      var ports = home.ports();
      var process = detached().start();
      ServerFile file;
      try (var _ = world.interrupts().on(() -> giveUp(process, screen))) {
        file = await(process, log, screen);
      }
      var isOurs = file.pid() == process.pid();
      if (isOurs) {
        tellPorts(file, ports, screen);
      }
      return new Started(file, isOurs);
    } catch (IOException e) {
      throw new CliFault(
          Exit.FAILED,
          "cannot start the control plane in %s: %s".formatted(home.folder(), Why.of(e)));
    }
  }

  /// Nobody else would stop it. It does so in order: what an earlier one left is adopted meanwhile.
  private static void giveUp(Process process, Screen screen) {
    process.destroy();
    screen.line("\nStopping the control plane, which had not started yet.");
  }

  /// Says so when it listens elsewhere than it usually does.
  ///
  /// @param before what the control plane before remembered; one that is not taken is used again
  private void tellPorts(ServerFile file, Properties before, Screen screen) {
    if (!settings.containsKey("ephemeral.listen")) {
      var port = URI.create(file.api()).getPort();
      told("the API uses", before.getProperty("api"), USUAL_API, port).ifPresent(screen::line);
    }
    if (!settings.containsKey("ephemeral.gateway.port")) {
      var port = URI.create(file.gateway()).getPort();
      told("visitors use", before.getProperty("gateway"), USUAL_GATEWAY, port)
          .ifPresent(screen::line);
    }
  }

  private static Optional<String> told(
      String whoUses, @Nullable String before, int usual, int port) {
    var wished = before == null ? Integer.toString(usual) : before;
    if (!wished.equals(Integer.toString(port))) {
      return Optional.of("Port %s is taken, so %s %d.".formatted(wished, whoUses, port));
    }
    var line = "As before, %s port %d (%d is the usual one).".formatted(whoUses, port, usual);
    return Optional.of(line).filter(_ -> port != usual);
  }

  private ProcessBuilder detached() {
    // Whose output goes into a file that nobody else looks after keeps it within a bound.
    var command = command(List.of("-Dephemeral.log=" + home.log(), LOCK));
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
          return only(answering.get(), process);
        }
        var millis = millisSince(began);
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

  /// Waits until the control plane that holds the home answers or has ended.
  ///
  /// @return the one that answers
  public Optional<ServerFile> awaitOther(Screen screen) {
    var began = System.nanoTime();
    for (int looks = 0; home.isLocked(); looks++) {
      var answering = home.server().filter(Launch::answers);
      if (answering.isPresent()) {
        return answering;
      }
      if (looks == 0) {
        screen.line("Waiting for a control plane that starts or stops in " + home.folder());
      }
      if (millisSince(began) > PATIENCE_MILLIS) {
        throw new CliFault(
            Exit.TIMED_OUT,
            "a control plane holds %s, and neither answered nor ended within %s"
                .formatted(home.folder(), Times.took(PATIENCE_MILLIS)),
            "see what it does: " + home.log());
      }
      pause();
    }
    return Optional.empty();
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliFault(Exit.INTERRUPTED, "interrupted while waiting for another control plane");
    }
  }

  private static long millisSince(long began) {
    return (System.nanoTime() - began) / 1_000_000;
  }

  /// Another one was faster: the process that waits for its end is not needed.
  private static ServerFile only(ServerFile answering, Process process) {
    if (answering.pid() != process.pid()) {
      process.destroy();
    }
    return answering;
  }

  /// Whether anything listens at its port: a control plane that stops closes that first. Cheaper
  /// than a request, as every command that may start one asks.
  public static boolean listens(ServerFile file) {
    var api = URI.create(file.api());
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(api.getHost(), api.getPort()), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
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
      return new CliFault(exit(process.exitValue()), Plain.of(sentence.get()));
    }
    return new CliFault(
        Exit.NO_CONTROL_PLANE,
        "the control plane ended with code %d before it could answer; its last words:%s"
            .formatted(process.exitValue(), quoted(log)),
        "the whole log: " + home.log());
  }

  /// What was wrong with the command line, or in conflict with something, is told as such.
  private static int exit(int code) {
    return code == Exit.USAGE || code == Exit.REFUSED ? code : Exit.NO_CONTROL_PLANE;
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
