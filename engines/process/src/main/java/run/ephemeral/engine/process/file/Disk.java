package run.ephemeral.engine.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import run.ephemeral.core.Fault;

/// Tells failures because of a full disk from others: such a step succeeds once there is space
/// again, and the fault says where to free some.
public final class Disk {
  private static final long FULL = 1024L * 1024;
  private static final String SYSTEM_SAYS = "No space left on device";
  private static final String QUOTA_SAYS = "Disk quota exceeded";

  private Disk() {}

  /// @param said the message of a failure
  /// @param folder on the disk that may be full
  public static Optional<Fault> fault(String said, Path folder) {
    return said.contains(SYSTEM_SAYS) || said.contains(QUOTA_SAYS) || isFull(folder)
        ? Optional.of(fault(folder))
        : Optional.empty();
  }

  private static Fault fault(Path folder) {
    return Fault.capacity(
        "the disk that holds %s is full; free some space there, it goes on by itself then"
            .formatted(folder));
  }

  private static boolean isFull(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace() < FULL;
    } catch (IOException e) {
      return false;
    }
  }
}
