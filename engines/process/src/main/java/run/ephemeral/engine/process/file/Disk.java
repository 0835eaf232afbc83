package run.ephemeral.engine.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import run.ephemeral.core.Fault;

/// Tells a full disk from other troubles: what fails because of it goes on by itself when there
/// is room again, and people are told where to make some.
public final class Disk {
  private static final long FULL = 1024L * 1024;
  private static final String SYSTEM_SAYS = "No space left on device";
  private static final String QUOTA_SAYS = "Disk quota exceeded";

  private Disk() {}

  /// @param said what something that failed said
  /// @param folder where it worked
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
