package run.ephemeral.cli.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import run.ephemeral.cli.World;

/// Finds programs on PATH.
public final class Programs {
  private Programs() {}

  public static Optional<Path> find(World world, String name) {
    for (var folder : world.environment().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      try {
        var file = Path.of(folder).resolve(name);
        if (!folder.isEmpty() && Files.isRegularFile(file) && Files.isExecutable(file)) {
          return Optional.of(file);
        }
      } catch (InvalidPathException e) {
        // An entry of PATH is no valid path.
      }
    }
    return Optional.empty();
  }

  /// How to call a program again: by its bare name if PATH resolves that to the same file.
  public static String asCalled(World world, String typed) {
    try {
      var path = world.directory().resolve(typed);
      var name = String.valueOf(path.getFileName());
      var onPath = find(world, name);
      return onPath.isPresent() && Files.isSameFile(onPath.get(), path) ? name : typed;
    } catch (IOException | InvalidPathException e) {
      return typed;
    }
  }
}
