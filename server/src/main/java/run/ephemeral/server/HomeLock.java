package run.ephemeral.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A file lock that allows one control plane per home folder. The operating system releases it
/// when the process ends, even by a kill.
final class HomeLock {
  private static final int BETWEEN_MILLIS = 50;

  private final FileLock lock;

  private HomeLock(FileLock lock) {
    this.lock = lock;
  }

  /// @param patience how long to wait for the end of another control plane that holds the lock
  static HomeLock take(Path home, Duration patience) {
    var deadline = System.nanoTime() + patience.toNanos();
    try {
      var channel =
          FileChannel.open(
              home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      var lock = tryLock(channel);
      while (lock == null) {
        if (System.nanoTime() >= deadline) {
          channel.close();
          throw StartFault.refused(
              "a control plane runs on %s already, or is about to end; `ephemeral down` stops it"
                  .formatted(home));
        }
        Thread.sleep(BETWEEN_MILLIS);
        lock = tryLock(channel);
      }
      return new HomeLock(lock);
    } catch (IOException e) {
      throw new StartFault("the folder %s cannot be locked: %s".formatted(home, Settings.why(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFault("interrupted while %s was in use by another".formatted(home));
    }
  }

  /// A lock of this process, as in a test, counts as that of another one.
  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  boolean isHeld() {
    return lock.isValid();
  }
}
