package run.ephemeral.server;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import run.ephemeral.postgres.PostgresTrouble;

/// The control plane's process: starts the parts, serves the API, and puts everything down
/// again.
///
/// A signal stops what runs and keeps what there is. A process that is killed leaves everything
/// running, and the next one takes it up.
@QuarkusMain
public final class Main implements QuarkusApplication {
  private static final String FAULT = "EPHEMERAL-FAULT: ";

  public static void main(String... arguments) {
    try {
      var home = Settings.home(System.getProperties(), System.getenv());
      var lock = HomeLock.take(home);
      var settings = Settings.of(home, System.getProperties(), System.getenv());
      System.setProperty("quarkus.http.host", settings.host());
      System.setProperty("quarkus.http.port", Integer.toString(settings.port()));
      ControlPlane.prepare(settings, lock);
    } catch (StartFault | PostgresTrouble e) {
      System.out.println(FAULT + e.getMessage());
      System.exit(1);
    }
    Quarkus.run(Main.class, (code, problem) -> {}, arguments);
    System.exit(0);
  }

  @Override
  public int run(String... arguments) throws Exception {
    ControlPlane.current().announce();
    Quarkus.waitForExit();
    ControlPlane.current().end();
    return 0;
  }

  /// Deletes a folder's content but for the lock, which is held until the process ends.
  static void empty(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(folder) && !file.equals(folder.resolve("lock"))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
