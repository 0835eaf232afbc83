package run.ephemeral.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// Unpacks PostgreSQL's programs from the archive on the class path.
final class Binaries {
  private Binaries() {}

  /// Unpacks atomically: an interrupted run leaves nothing that looks complete. An incomplete
  /// folder in this place is replaced.
  static void unpack(Path into) throws IOException {
    var archive = Platform.current().archive;
    var half = Files.createTempDirectory(Files.createDirectories(into.getParent()), "unpack-");
    try (var resource = Binaries.class.getResourceAsStream("/" + archive)) {
      if (resource == null) {
        throw new PostgresTrouble(
            "the program was built on another kind of machine: %s is not in it".formatted(archive));
      }
      try (var tar =
          new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(resource)))) {
        for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
          write(entry, tar, half);
        }
      }
    }
    Programs.delete(into);
    Files.move(half, into, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void write(TarArchiveEntry entry, TarArchiveInputStream tar, Path folder)
      throws IOException {
    var target = folder.resolve(entry.getName()).normalize();
    if (!target.startsWith(folder)) {
      throw new IOException("an entry leads out of the archive: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      Files.createLink(target, folder.resolve(entry.getLinkName()));
    } else {
      Files.copy(tar, target);
      Files.setPosixFilePermissions(target, permissions(entry.getMode()));
    }
  }

  private static Set<java.nio.file.attribute.PosixFilePermission> permissions(int mode) {
    var letters =
        IntStream.rangeClosed(0, 8)
            .mapToObj(i -> (mode & (0400 >> i)) != 0 ? "rwxrwxrwx".substring(i, i + 1) : "-")
            .collect(Collectors.joining());
    return PosixFilePermissions.fromString(letters);
  }
}
