package run.ephemeral.codehost.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import run.ephemeral.core.codehost.Repository;

/// The bare repositories that hold the objects of every app and working tree, one folder each.
final class Mirrors implements AutoCloseable {
  private static final String SUFFIX = ".git";

  private final Path folder;
  private final Map<Repository, org.eclipse.jgit.lib.Repository> open = new ConcurrentHashMap<>();

  Mirrors(Path folder) {
    this.folder = folder;
  }

  /// Opens the repository, making it if need be. Kept open: JGit's are safe to share.
  org.eclipse.jgit.lib.Repository open(Repository name) {
    return open.computeIfAbsent(name, this::make);
  }

  private org.eclipse.jgit.lib.Repository make(Repository name) {
    try {
      var directory = folder.resolve(name.value() + SUFFIX);
      // Written last: what has none was being made when a control plane was killed.
      var whole = Files.exists(directory.resolve(Constants.CONFIG));
      if (whole) {
        tidy(directory);
      } else {
        delete(directory);
      }
      var repository = new FileRepositoryBuilder().setGitDir(directory.toFile()).setBare().build();
      if (!whole) {
        repository.create(true);
      }
      inTheForeground(repository.getConfig());
      return repository;
    } catch (IOException e) {
      throw new UncheckedIOException("the source store of " + name.value() + " cannot be had", e);
    }
  }

  /// What tidies up in the background would be in the way of who forgets the app meanwhile.
  private static void inTheForeground(StoredConfig config) throws IOException {
    if (config.getBoolean("gc", "autoDetach", true)) {
      config.setBoolean("gc", null, "autoDetach", false);
      config.save();
    }
  }

  /// Nobody else writes here, so a lock or an object half received that is there when it is
  /// opened was left by a control plane that was killed.
  private static void tidy(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var left : files.filter(Mirrors::isHalf).toList()) {
        Files.deleteIfExists(left);
      }
    }
  }

  private static boolean isHalf(Path file) {
    return String.valueOf(file.getFileName())
        .matches(".*\\.lock|gc\\.pid|(incoming_|noz|gc_).*|\\.(pack|idx|tmp).*");
  }

  /// Drops every object and branch, and keeps the numbers.
  void empty(Repository name) throws IOException {
    close(name);
    var directory = folder.resolve(name.value() + SUFFIX);
    delete(directory.resolve("packed-refs"));
    for (var part : List.of("refs", "objects")) {
      delete(directory.resolve(part));
      Files.createDirectory(directory.resolve(part));
    }
  }

  /// The folders that are named as ours are.
  Map<Repository, Path> all() {
    var all = new HashMap<Repository, Path>();
    try (var folders = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (var mirror : folders) {
        var name = String.valueOf(mirror.getFileName());
        var stem = name.substring(0, name.length() - SUFFIX.length());
        if (Repository.isName(stem) && Files.isDirectory(mirror)) {
          all.put(new Repository(stem), mirror);
        }
      }
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  void forget(Repository name) {
    close(name);
    delete(folder.resolve(name.value() + SUFFIX));
  }

  private void close(Repository name) {
    var repository = open.remove(name);
    if (repository != null) {
      repository.close();
    }
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    open.values().forEach(org.eclipse.jgit.lib.Repository::close);
    open.clear();
  }
}
