package run.ephemeral.cli.local;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import run.ephemeral.cli.World;
import run.ephemeral.cli.api.Json;
import run.ephemeral.wire.ServerFile;

/// The folder with all files of this machine's control plane.
public record Home(Path folder) {
  /// `$EPHEMERAL_HOME`, else `~/.ephemeral`.
  public static Home of(World world) {
    return new Home(
        world
            .variable("EPHEMERAL_HOME")
            .map(world.directory()::resolve)
            .orElseGet(() -> Path.of(userHome(world)).resolve(".ephemeral"))
            .toAbsolutePath()
            .normalize());
  }

  /// The shell's `~`. The JVM's `user.home` comes from the system's user list, which may lack the
  /// user of a container.
  public static String userHome(World world) {
    return world
        .variable("HOME")
        .filter(home -> home.startsWith("/"))
        .or(() -> world.property("user.home"))
        .orElse(".");
  }

  public Path log() {
    return folder.resolve("server.log");
  }

  private Path serverFile() {
    return folder.resolve("server.json");
  }

  /// The file of the running control plane; empty when none runs.
  public Optional<ServerFile> server() {
    try {
      var file = Json.read(Json.parse(Files.readAllBytes(serverFile())), ServerFile.class);
      return Pid.isRunning(file.pid()) ? Optional.of(file) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      // Incomplete or damaged: treated as absent.
      return Optional.empty();
    }
  }

  /// The ports of the last control plane, by `api` and `gateway`, which the next one takes again.
  /// Empty before the first.
  Properties ports() {
    var ports = new Properties();
    try (var in = Files.newBufferedReader(folder.resolve("ports"))) {
      ports.load(in);
    } catch (IOException | IllegalArgumentException e) {
      return new Properties();
    }
    return ports;
  }

  /// Whether a control plane has ever used this folder, judged by the files it leaves.
  public boolean isUsed() {
    return Files.exists(log()) || Files.isDirectory(folder.resolve("postgres"));
  }

  /// Whether it contains nothing but the lock file, which a purge leaves.
  public boolean isEmpty() {
    try (var files = Files.list(folder)) {
      return files.allMatch(lock()::equals);
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether a control plane was killed: a regular stop deletes `server.json`.
  public boolean isLeftByCrash() {
    return Files.exists(serverFile()) && server().isEmpty();
  }

  private Path lock() {
    return folder.resolve("lock");
  }

  /// Whether a control plane holds the lock, which it does from its start to its end. Takes the
  /// lock for a moment when it is free.
  public boolean isLocked() {
    try (var channel = FileChannel.open(lock(), WRITE);
        var taken = channel.tryLock()) {
      return taken == null;
    } catch (OverlappingFileLockException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Deletes all content but the lock file; symbolic links are deleted, not followed.
  ///
  /// @return false, without deleting anything, while a control plane holds the lock
  public boolean clear() throws IOException {
    try (var channel = FileChannel.open(lock(), CREATE, WRITE, NOFOLLOW_LINKS);
        var held = channel.tryLock()) {
      if (held == null) {
        return false;
      }
      try (var children = Files.list(folder)) {
        for (var child : children.filter(each -> !each.equals(lock())).toList()) {
          Files.walkFileTree(child, new Deletion());
        }
      }
      // The lock file stays: a control plane that waits for the lock has opened it.
      return true;
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
      // Some package managers make unpacked folders read-only.
      if (!Files.isWritable(path)) {
        var _ = path.toFile().setWritable(true);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
      Files.delete(path);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path path, @Nullable IOException problem)
        throws IOException {
      if (problem != null) {
        throw problem;
      }
      Files.delete(path);
      return FileVisitResult.CONTINUE;
    }
  }

  public boolean exists() {
    return Files.isDirectory(folder);
  }
}
