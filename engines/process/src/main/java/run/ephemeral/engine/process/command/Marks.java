package run.ephemeral.engine.process.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import run.ephemeral.core.Digest;

/// The marks by which processes are known, see [Spawn#MARK]. Those of one home begin alike, so
/// that nobody takes a process of another home for his own.
public record Marks(String beginning) {
  public static Marks of(Path root) {
    return new Marks(Digest.of("home", real(root).toString()).brief() + "-");
  }

  private static Path real(Path root) {
    try {
      return root.toRealPath();
    } catch (IOException e) {
      return root.toAbsolutePath().normalize();
    }
  }

  /// One that nothing has yet.
  ///
  /// @param what for people who look at a process
  public String next(String what) {
    return beginning + what + "-" + UUID.randomUUID();
  }
}
