package run.ephemeral.cli.local;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Detects edits anywhere in a folder, except in generated files.
public final class TreeWatch implements AutoCloseable {
  private static final Set<String> MADE =
      Set.of(".git", "node_modules", "target", "build", "out", ".gradle", ".venv", "__pycache__");

  private final Path root;
  private final Set<String> ignored;
  private final WatchService service;
  private final Map<WatchKey, Path> folders = new HashMap<>();

  public TreeWatch(Path root) throws IOException {
    this.root = root;
    this.ignored = ignored(root);
    this.service = root.getFileSystem().newWatchService();
    register(root);
  }

  /// Names that are ignored at any depth. Of `.gitignore` only plain names are used, no patterns
  /// or exceptions: an unnecessary update does no harm.
  static Set<String> ignored(Path root) {
    var names = new HashSet<>(MADE);
    try (var lines = Files.lines(root.resolve(".gitignore"))) {
      lines
          .map(line -> line.strip().replaceAll("^/|/$", ""))
          .filter(line -> line.matches("[A-Za-z0-9._-]+"))
          .forEach(names::add);
    } catch (IOException | java.io.UncheckedIOException e) {
      // No readable .gitignore.
    }
    return names;
  }

  private void register(Path from) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (!folder.equals(root) && isIgnored(folder)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            folders.put(folder.register(service, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY), folder);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private boolean isIgnored(Path path) {
    var name = String.valueOf(path.getFileName());
    return ignored.contains(name)
        || name.endsWith("~")
        || name.endsWith(".swp")
        || name.startsWith(".#")
        || name.equals("4913");
  }

  /// Waits for an edit, and then until nothing was edited for `quiet`.
  ///
  /// @return paths that changed, relative to the folder; empty after an overflow of events
  public Set<String> await(Duration quiet) throws IOException, InterruptedException {
    // Whether each path existed before.
    var changed = new TreeMap<Path, Boolean>();
    var seen = false;
    while (true) {
      var key = seen ? service.poll(quiet.toMillis(), TimeUnit.MILLISECONDS) : service.take();
      if (key != null) {
        seen |= take(key, changed);
        continue;
      }
      var passing = changed.entrySet().removeIf(TreeWatch::isPassing);
      seen = !passing || !changed.isEmpty();
      if (seen) {
        return changed.keySet().stream()
            .map(path -> root.relativize(path).toString())
            .collect(Collectors.toCollection(TreeSet::new));
      }
    }
  }

  /// A temporary file that was created and deleted meanwhile, such as by editors and `sed -i`.
  private static boolean isPassing(Map.Entry<Path, Boolean> change) {
    return !change.getValue() && Files.notExists(change.getKey(), LinkOption.NOFOLLOW_LINKS);
  }

  private boolean take(WatchKey key, Map<Path, Boolean> changed) throws IOException {
    var folder = folders.getOrDefault(key, root);
    var relevant = false;
    for (var event : key.pollEvents()) {
      if (event.kind().equals(OVERFLOW)) {
        relevant = true;
        register(root);
      } else if (event.context() instanceof Path name && !isIgnored(name)) {
        var path = folder.resolve(name);
        relevant = true;
        changed.putIfAbsent(path, !event.kind().equals(ENTRY_CREATE));
        if (event.kind().equals(ENTRY_CREATE) && Files.isDirectory(path)) {
          register(path);
        }
      }
    }
    if (!key.reset()) {
      folders.remove(key);
    }
    return relevant;
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
