package run.ephemeral.core.data;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// Port: where seeds are unpacked, and where their commands run.
@FunctionalInterface
public interface SeedFolders {
  /// Makes an empty folder for one seed.
  SeedFolder open() throws IOException;

  /// A folder that is gone when it is closed, or when its maker starts again after it was killed.
  interface SeedFolder extends AutoCloseable {
    Path path();

    /// Runs a command there to its end. What it prints is kept.
    ///
    /// @param name of what is seeded, for what is kept
    /// @param env besides what every command gets
    /// @throws run.ephemeral.core.FaultException when it fails or takes too long
    void run(String name, String command, Map<String, String> env, Duration limit)
        throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
  }
}
