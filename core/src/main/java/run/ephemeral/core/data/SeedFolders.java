package run.ephemeral.core.data;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// Port: folders in which seeds are unpacked and their commands run.
@FunctionalInterface
public interface SeedFolders {
  /// Makes an empty folder for one seed.
  SeedFolder open() throws IOException;

  /// A folder that is deleted when closed, or when the control plane starts again after a crash.
  interface SeedFolder extends AutoCloseable {
    Path path();

    /// Runs a command in the folder and waits until it ends. Its output is kept as a log.
    ///
    /// @param name of the seed, for its log
    /// @param env in addition to the variables of every command
    /// @throws run.ephemeral.core.FaultException when the command fails or exceeds the limit
    void run(String name, String command, Map<String, String> env, Duration limit)
        throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
  }
}
