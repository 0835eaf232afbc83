package run.ephemeral.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file lock that allows one control plane per home folder. The operating system releases it
/// when the process ends, even by a kill.
final class HomeLock {
  private final FileLock lock;

  private HomeLock(FileLock lock) {
    this.lock = lock;
  }

  static HomeLock take(Path home) {
    try {
      var channel =
          FileChannel.open(
              home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      var lock = channel.tryLock();
      if (lock == null) {
        throw new StartFault(
            "a control plane runs on %s already, or is about to end; `ephemeral down` stops it"
                .formatted(home));
      }
      return new HomeLock(lock);
    } catch (IOException e) {
      throw new StartFault("the folder %s cannot be locked: %s".formatted(home, e.getMessage()));
    }
  }

  boolean isHeld() {
    return lock.isValid();
  }
}
