package run.ephemeral.server;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import run.ephemeral.postgres.BoundedLog;

/// The file that the command line redirected the output of this process into, kept within its
/// bound while the process runs. Output that somebody redirected himself is his to keep.
final class OwnLog {
  private static final String FAULT = "EPHEMERAL-FAULT: ";

  private final Optional<BoundedLog> log;

  private OwnLog(Optional<BoundedLog> log) {
    this.log = log;
  }

  /// @param system where the command line says which file it is
  static OwnLog of(Properties system) {
    var file = Optional.ofNullable(system.getProperty("ephemeral.log"));
    return new OwnLog(file.map(Path::of).map(BoundedLog::new));
  }

  /// To be called by who holds the home: only one may cut the file.
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

  /// Tells the command line why the control plane does not start. Nothing is cut meanwhile.
  void tell(String why) {
    Runnable print = () -> System.out.println(FAULT + why);
    log.ifPresentOrElse(it -> it.undisturbed(print), print);
  }
}
