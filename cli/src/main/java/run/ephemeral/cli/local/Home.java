package run.ephemeral.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import run.ephemeral.cli.World;
import run.ephemeral.cli.api.Json;
import run.ephemeral.wire.ServerFile;

/// The folder that holds everything the control plane of this machine keeps.
public record Home(Path folder) {
  /// `$EPHEMERAL_HOME`, else `~/.ephemeral`.
  public static Home of(World world) {
    return new Home(
        world
            .variable("EPHEMERAL_HOME")
            .map(world.directory()::resolve)
            .orElseGet(() -> userHome(world).resolve(".ephemeral"))
            .toAbsolutePath()
            .normalize());
  }

  static Path userHome(World world) {
    return Path.of(world.property("user.home").or(() -> world.variable("HOME")).orElse("."));
  }

  public Path log() {
    return folder.resolve("server.log");
  }

  private Path serverFile() {
    return folder.resolve("server.json");
  }

  /// Where the control plane is, if one lives.
  public Optional<ServerFile> server() {
    try {
      var file = Json.read(Json.parse(Files.readAllBytes(serverFile())), ServerFile.class);
      return Pid.isRunning(file.pid()) ? Optional.of(file) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      // Half-written or damaged: not one we could talk to.
      return Optional.empty();
    }
  }

  /// Whether a control plane has ever lived here, told by what it leaves.
  public boolean isUsed() {
    return Files.exists(log()) || Files.isDirectory(folder.resolve("postgres"));
  }

  /// Whether nothing is in it.
  public boolean isEmpty() {
    try (var files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  public boolean exists() {
    return Files.isDirectory(folder);
  }
}
