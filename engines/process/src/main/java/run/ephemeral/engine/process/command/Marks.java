package run.ephemeral.engine.process.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import run.ephemeral.core.Digest;

/// The marks by which processes are identified, see [Spawn#MARK]. All marks of a home have the same
/// prefix, so that processes of another home are never taken for its own.
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

  /// A new, unique mark.
  ///
  /// @param what for people who look at a process
  public String next(String what) {
    return beginning + what + "-" + UUID.randomUUID();
  }
}
