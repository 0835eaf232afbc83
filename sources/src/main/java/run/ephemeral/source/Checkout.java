package run.ephemeral.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.AbstractTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;

/// Writes a tree's files. No index, no `.git`, no filters: the bytes of the commit, as they
/// are.
final class Checkout {
  private static final EnumSet<PosixFilePermission> EXECUTE =
      EnumSet.of(
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_EXECUTE);

  private Checkout() {}

  static void write(Repository repository, ObjectId hash, String name, Path into)
      throws IOException {
    try (var reader = repository.newObjectReader()) {
      if (reader.open(hash).getType() == Constants.OBJ_BLOB) {
        writeFile(reader, hash, into.resolve(Path.of(name).getFileName()), false);
        return;
      }
      try (var walk = new TreeWalk(repository, reader)) {
        walk.addTree(hash);
        walk.setRecursive(false);
        while (walk.next()) {
          writeEntry(reader, walk, into);
        }
      }
    }
  }

  private static void writeEntry(ObjectReader reader, TreeWalk walk, Path into) throws IOException {
    checkName(walk);
    var target = into.resolve(walk.getPathString());
    var mode = walk.getFileMode();
    if (mode.equals(FileMode.TREE)) {
      Files.createDirectory(target);
      walk.enterSubtree();
    } else if (mode.equals(FileMode.GITLINK)) {
      Files.createDirectory(target);
    } else if (mode.equals(FileMode.SYMLINK)) {
      link(reader, walk, into, target);
    } else {
      writeFile(reader, walk.getObjectId(0), target, mode.equals(FileMode.EXECUTABLE_FILE));
    }
  }

  /// Refuses names that git itself never creates: they lead out of the folder, or into `.git`.
  static void checkName(TreeWalk walk) {
    var entry = walk.getTree(0, AbstractTreeIterator.class);
    var name = new byte[entry.getNameLength()];
    entry.getName(name, 0);
    try {
      new ObjectChecker().checkPathSegment(name, 0, name.length);
    } catch (CorruptObjectException e) {
      throw new FaultException(
          Fault.user("git allows no file called `%s`; rename it".formatted(walk.getPathString())),
          e);
    }
  }

  private static void link(ObjectReader reader, TreeWalk walk, Path into, Path target)
      throws IOException {
    var to = new String(reader.open(walk.getObjectId(0)).getBytes(), UTF_8);
    if (!staysInside(target, Path.of(to), into)) {
      throw new FaultException(
          Fault.user(
              "the symbolic link `%s` leads out of its folder, to `%s`"
                  .formatted(walk.getPathString(), to)));
    }
    Files.createSymbolicLink(target, Path.of(to));
  }

  /// A `..` may stand only at the beginning: behind another link it would lead to wherever that
  /// link leads, which the text does not show.
  private static boolean staysInside(Path link, Path to, Path into) {
    var up = 0;
    while (up < to.getNameCount() && to.getName(up).toString().equals("..")) {
      up++;
    }
    var rest = to.subpath(Math.min(up, to.getNameCount() - 1), to.getNameCount());
    var more = up < to.getNameCount() && rest.toString().matches("(.*/)?\\.\\.(/.*)?");
    return !to.isAbsolute() && !more && link.resolveSibling(to).normalize().startsWith(into);
  }

  private static void writeFile(ObjectReader reader, ObjectId blob, Path target, boolean executable)
      throws IOException {
    try (var out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, WRITE)) {
      reader.open(blob).copyTo(out);
    }
    if (executable) {
      var permissions = Files.getPosixFilePermissions(target);
      permissions.addAll(EXECUTE);
      Files.setPosixFilePermissions(target, permissions);
    }
  }
}
