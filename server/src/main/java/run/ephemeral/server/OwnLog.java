package run.ephemeral.server;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import run.ephemeral.postgres.BoundedLog;

/// The log file into which the command line redirected this process's output, kept below its
/// maximum size. Output redirected by anybody else is not touched.
final class OwnLog {
  private static final String FAULT = "EPHEMERAL-FAULT: ";

  private final Optional<BoundedLog> log;

  private OwnLog(Optional<BoundedLog> log) {
    this.log = log;
  }

  /// @param system properties, in which the command line names the file (`ephemeral.log`)
  static OwnLog of(Properties system) {
    var file = Optional.ofNullable(system.getProperty("ephemeral.log"));
    return new OwnLog(file.map(Path::of).map(BoundedLog::new));
  }

  /// Call only while holding the [HomeLock]: only one process may truncate the file.
  void keep() {
    log.ifPresent(it -> Thread.ofVirtual().name("own-log").start(() -> keep(it)));
  }

  private static void keep(BoundedLog log) {
    try {
      while (true) {
        log.trim();
        Thread.sleep(BoundedLog.BETWEEN_LOOKS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Tells why the control plane does not start: the command line that redirected the output looks
  /// for a marked line, and nothing is cut meanwhile; a person reads it as of any other command.
  void tell(String why) {
    log.ifPresentOrElse(
        it -> it.undisturbed(() -> System.out.println(FAULT + why)),
        () -> System.err.println("error: " + why));
  }
}
