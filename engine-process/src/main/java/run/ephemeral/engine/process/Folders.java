package run.ephemeral.engine.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whole folders: copied, measured, deleted. Links are never followed.
final class Folders {
  /// Folders that installers fill and programs only read: their files are shared, not copied.
  private static final Set<String> READ_ONLY =
      Set.of("node_modules", ".venv", "vendor", "site-packages");

  private Folders() {}

  /// Copies a folder to a place that does not exist yet; it appears there whole or not at all.
  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    var half = Files.createTempDirectory(to.getParent(), ".copy-");
    Files.walkFileTree(from, new Copier(from, half));
    Files.move(half, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static final class Copier extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;
    private int shared;

    Copier(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      var target = to.resolve(from.relativize(folder).toString());
      if (!folder.equals(from)) {
        Files.createDirectory(target);
        Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(folder));
      }
      if (shared > 0 || READ_ONLY.contains(String.valueOf(folder.getFileName()))) {
        shared++;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
        throws IOException {
      if (problem != null) {
        throw problem;
      }
      shared = Math.max(0, shared - 1);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      var target = to.resolve(from.relativize(file).toString());
      if (shared > 0 && attributes.isRegularFile()) {
        Files.createLink(target, file);
      } else if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
        Files.copy(file, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
      }
      return FileVisitResult.CONTINUE;
    }
  }

  /// Bytes of all files in it.
  static long size(Path folder) throws IOException {
    var sum = new long[1];
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }

  /// Deletes a folder and all in it. What is not there is deleted already.
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException problem)
              throws IOException {
            if (problem instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw problem;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
