package run.ephemeral.cli.init;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Words in a program's source that look like environment variables.
///
/// Only used to see which of the usual names occur, so reading the first 300 files is enough.
final class Mentions {
  private static final Pattern SOURCE =
      Pattern.compile(
          ".*\\.(js|mjs|cjs|ts|mts|jsx|tsx|vue|svelte|py|rb|go|java|kt|php|rs|yml|yaml|properties"
              + "|toml|prisma)|\\.env\\.(example|sample|template|dist)");
  private static final Pattern WORD = Pattern.compile("\\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\\b");
  private static final int DEEPEST = 6;
  private static final int MOST_FILES = 300;
  private static final long LARGEST = 256 * 1024;

  private Mentions() {}

  static SequencedSet<String> in(Folder folder) {
    var words = new TreeSet<String>();
    try {
      Files.walkFileTree(
          folder.path(),
          EnumSet.noneOf(java.nio.file.FileVisitOption.class),
          DEEPEST,
          reader(folder, words));
    } catch (IOException e) {
      // The words read so far are enough.
    }
    return words;
  }

  private static SimpleFileVisitor<Path> reader(Folder folder, Set<String> words) {
    return new SimpleFileVisitor<>() {
      private int files;

      @Override
      public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
        return path.equals(folder.path()) || Folder.isSource(path.getFileName().toString())
            ? FileVisitResult.CONTINUE
            : FileVisitResult.SKIP_SUBTREE;
      }

      @Override
      public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
        var name = path.getFileName().toString();
        if (SOURCE.matcher(name).matches() && !isCompose(name) && attributes.size() <= LARGEST) {
          var text = new Folder(path.resolveSibling(".")).text(name);
          WORD.matcher(text).results().forEach(word -> words.add(word.group()));
          files++;
        }
        return files < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path path, IOException e) {
        return FileVisitResult.CONTINUE;
      }
    };
  }

  /// Compose files are skipped: they set variables of images, not of the program.
  private static boolean isCompose(String name) {
    return name.startsWith("compose.") || name.startsWith("docker-compose.");
  }
}
