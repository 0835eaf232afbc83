package run.ephemeral.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import run.ephemeral.core.release.Mirror;

/// The bare repositories that hold the objects of every app and working tree, one folder each.
final class Mirrors implements AutoCloseable {
  private static final String SUFFIX = ".git";

  private final Path folder;
  private final Map<Mirror, Repository> open = new ConcurrentHashMap<>();

  Mirrors(Path folder) {
    this.folder = folder;
  }

  /// Opens the repository, created if absent. It stays open: JGit's repositories can be shared.
  Repository open(Mirror name) {
    return open.computeIfAbsent(name, this::make);
  }

  private Repository make(Mirror name) {
    try {
      var skeleton = new Skeleton(directory(name));
      if (!skeleton.isWhole()) {
        skeleton.make();
      }
      skeleton.tidy();
      try {
        return build(skeleton);
      } catch (IOException | RuntimeException e) {
        if (!Skeleton.isDamage(e)) {
          throw e;
        }
        skeleton.make();
        return build(skeleton);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the source store of " + name.value() + " cannot be had", e);
    }
  }

  private static Repository build(Skeleton skeleton) throws IOException {
    return new FileRepositoryBuilder().setGitDir(skeleton.folder().toFile()).setBare().build();
  }

  /// Drops every object and ref, and keeps what code hosts keep in its configuration.
  void empty(Mirror name) throws IOException {
    close(name);
    new Skeleton(directory(name)).make();
  }

  /// Whether a look failed because of the mirror. Objects that a mirror lacks but claims to have
  /// would never be fetched again.
  boolean isDamaged(Mirror name, Exception symptom) throws IOException {
    var skeleton = new Skeleton(directory(name));
    if (!Skeleton.isDamage(symptom)) {
      return false;
    }
    return !skeleton.isWhole()
        || isOfObjects(symptom)
        || !leadsSomewhere(skeleton, tellsOfObjects(symptom));
  }

  private static boolean isOfObjects(Throwable failure) {
    return failure instanceof MissingObjectException || failure instanceof CorruptObjectException;
  }

  private static boolean tellsOfObjects(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isOfObjects(cause)) {
        return true;
      }
    }
    return false;
  }

  /// Whether every ref can be read and leads to an object.
  ///
  /// @param deep whether to look at everything the refs lead to
  private static boolean leadsSomewhere(Skeleton skeleton, boolean deep) throws IOException {
    try (var mirror = build(skeleton);
        var walk = new ObjectWalk(mirror);
        var files = Files.walk(skeleton.folder().resolve("refs"))) {
      var refs = mirror.getRefDatabase();
      for (var file : files.filter(Files::isRegularFile).toList()) {
        refs.exactRef(skeleton.folder().relativize(file).toString());
      }
      for (var ref : refs.getRefs()) {
        if (ref.getObjectId() != null) {
          walk.markStart(walk.parseAny(ref.getObjectId()));
        }
      }
      if (deep) {
        walk.checkConnectivity();
      }
      return true;
    } catch (IOException | RuntimeException e) {
      if (!Skeleton.isDamage(e)) {
        throw e;
      }
      return false;
    }
  }

  private Path directory(Mirror name) {
    return folder.resolve(name.value() + SUFFIX);
  }

  /// The folders that are named like mirrors.
  Map<Mirror, Path> all() {
    var all = new HashMap<Mirror, Path>();
    try (var folders = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (var mirror : folders) {
        var name = String.valueOf(mirror.getFileName());
        var stem = name.substring(0, name.length() - SUFFIX.length());
        if (Mirror.isName(stem) && Files.isDirectory(mirror)) {
          all.put(new Mirror(stem), mirror);
        }
      }
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  void forget(Mirror name) {
    close(name);
    try {
      Skeleton.delete(directory(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void close(Mirror name) {
    var repository = open.remove(name);
    if (repository != null) {
      repository.close();
    }
  }

  @Override
  public void close() {
    open.values().forEach(Repository::close);
    open.clear();
  }
}
