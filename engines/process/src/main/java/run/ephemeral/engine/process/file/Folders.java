package run.ephemeral.engine.process.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies, measures and deletes whole folders. Links are never followed. Sockets, pipes and devices
/// are not copied: they are useless without the process that made them.
///
/// Every file is copied, also those of installed modules: programs modify them in place, and a hard
/// link would show the change. The JDK copies with copy_file_range(2), which shares blocks on file
/// systems that can, such as Btrfs and XFS.
public final class Folders {
  private static final Logger LOG = LoggerFactory.getLogger(Folders.class);

  private Folders() {}

  /// Prefix of incomplete folders, and of nothing else in an environment's folder.
  public static final String HALF = ".half-";

  /// Copies a folder to a path that does not exist yet, where it appears atomically.
  public static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    var half = Files.createTempDirectory(to.getParent(), HALF);
    try {
      Files.walkFileTree(from, new Copier(from, half));
      Files.move(half, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      delete(half);
      throw e;
    }
  }

  /// The entries of a folder; none if it does not exist.
  public static List<Path> list(Path folder) throws IOException {
    try (var entries = Files.newDirectoryStream(folder)) {
      var all = new ArrayList<Path>();
      entries.forEach(all::add);
      return all;
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /// Deletes incomplete folders of a control plane that was killed.
  ///
  /// @param depth how many levels to search
  public static void tidy(Path folder, int depth) throws IOException {
    for (var entry : list(folder)) {
      if (String.valueOf(entry.getFileName()).startsWith(HALF)) {
        delete(entry);
      } else if (depth > 1 && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
        tidy(entry, depth - 1);
      }
    }
  }

  private static final class Copier extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;

    Copier(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      var target = to.resolve(from.relativize(folder));
      if (!folder.equals(from)) {
        Files.createDirectory(target);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
        throws IOException {
      if (problem != null) {
        throw problem;
      }
      // Last: nothing can be created in a read-only folder.
      var target = to.resolve(from.relativize(folder));
      Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(folder));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      var target = to.resolve(from.relativize(file));
      if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
        Files.copy(file, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
      }
      return FileVisitResult.CONTINUE;
    }
  }

  /// The total size of all files in bytes.
  public static long size(Path folder) throws IOException {
    var sum = new long[1];
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException problem) {
            LOG.debug("{} is not counted: {}", file, problem.toString());
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }

  /// Deletes a folder and its content, if it exists.
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes about)
              throws IOException {
            if (!Files.isWritable(directory) || !Files.isExecutable(directory)) {
              makeWritable(directory);
            }
            return FileVisitResult.CONTINUE;
          }

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
            if (problem instanceof AccessDeniedException && !Files.isReadable(file)) {
              makeWritable(file);
              delete(file);
              return FileVisitResult.CONTINUE;
            }
            throw problem;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem)
              throws IOException {
            if (problem != null && !(problem instanceof NoSuchFileException)) {
              throw problem;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /// Module caches are read-only, folders included, to prevent changes by mistake.
  private static void makeWritable(Path folder) throws IOException {
    try {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    } catch (NoSuchFileException e) {
      LOG.debug("deleted meanwhile", e);
    }
  }
}
