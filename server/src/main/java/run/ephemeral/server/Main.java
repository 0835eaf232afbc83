package run.ephemeral.server;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import run.ephemeral.postgres.PostgresTrouble;
import run.ephemeral.store.NewerStore;

/// The control plane's process: starts the parts, serves the API, and stops everything at its
/// end.
///
/// A signal stops all processes and keeps all data. If the control plane is killed, everything
/// keeps running and the next one adopts it.
@QuarkusMain
public final class Main implements QuarkusApplication {
  private static final OwnLog LOG = OwnLog.of(System.getProperties());
  private static final List<String> OURS =
      List.of(
          "builds",
          "scratch",
          "seeds",
          "environments",
          "processes",
          "attended",
          "secret.key",
          "postgres",
          "sources",
          "demo",
          "ports",
          "server.json",
          "server.log",
          "server.log.1",
          "server.log.1.half",
          "server.json.new",
          "ports.half");

  public static void main(String... arguments) {
    try {
      var home = Settings.home(System.getProperties(), System.getenv());
      var patience = Duration.ofSeconds(Long.getLong("ephemeral.lock.seconds", 0));
      var lock = HomeLock.take(home, patience);
      LOG.keep();
      var settings = Settings.of(home, System.getProperties(), System.getenv());
      System.setProperty("quarkus.http.host", settings.host());
      System.setProperty("quarkus.http.port", Integer.toString(settings.port()));
      ControlPlane.prepare(settings, lock);
    } catch (RuntimeException | Error e) {
      LOG.tell(whyNot(e));
      System.exit(exit(e));
    }
    Runtime.getRuntime().addShutdownHook(new Thread(Main::end, "goodbye"));
    Quarkus.run(Main.class, Main::ended, arguments);
  }

  @Override
  public int run(String... arguments) throws Exception {
    try {
      ControlPlane.current().announce();
    } catch (CompletionException e) {
      LOG.tell(why(e));
      return exit(e);
    }
    OldGeneration.keepSmall();
    Quarkus.waitForExit();
    return 0;
  }

  private static void ended(int code, @Nullable Throwable problem) {
    if (problem != null) {
      LOG.tell(why(problem));
    }
    System.exit(problem == null ? code : exit(problem));
  }

  /// Why the API is not served: the control plane did not start, or its port cannot be bound.
  private static String why(Throwable problem) {
    try {
      var plane = ControlPlane.current();
      plane.giveUp();
      var why = root(problem).getMessage();
      return "the API cannot be served at %s: %s".formatted(plane.wiring().api(), why);
    } catch (CompletionException e) {
      return whyNot(Objects.requireNonNullElse(e.getCause(), e));
    }
  }

  private static String whyNot(Throwable problem) {
    if (problem instanceof StartFault
        || problem instanceof PostgresTrouble
        || problem instanceof NewerStore) {
      return String.valueOf(problem.getMessage());
    }
    if (root(problem) instanceof BindException taken) {
      return "the control plane cannot start: " + taken.getMessage();
    }
    problem.printStackTrace(System.out);
    return "the control plane cannot start: " + problem;
  }

  /// As the command line would end for the same reason.
  private static int exit(Throwable problem) {
    return switch (root(problem)) {
      case StartFault fault -> fault.exit();
      case BindException _ -> StartFault.REFUSED;
      default -> StartFault.FAILED;
    };
  }

  private static Throwable root(Throwable problem) {
    var cause = problem.getCause();
    return cause == null ? problem : root(cause);
  }

  /// Shutdown hook: the process does not exit before everything has stopped.
  private static void end() {
    try {
      ControlPlane.current().end();
    } catch (CompletionException e) {
      // The control plane did not start: there is nothing to stop.
    } catch (IOException | InterruptedException e) {
      System.out.println("not everything could be put down: " + e);
    }
  }

  /// Deletes the files of a control plane in its home, but no other files. The lock is held until
  /// the process ends, so its file stays.
  static void empty(Path home) throws IOException {
    for (var name : OURS) {
      var ours = home.resolve(name);
      if (Files.exists(ours, LinkOption.NOFOLLOW_LINKS)) {
        delete(ours);
      }
    }
  }

  private static void delete(Path ours) throws IOException {
    try (var files = Files.walk(ours)) {
      for (var file : files.toList()) {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        }
      }
    }
    try (var files = Files.walk(ours)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
