package run.ephemeral.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.app.App;
import run.ephemeral.core.audit.Claims;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.audit.Thing;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.release.Mirror;

/// Content by hash, from mirrors of git repositories and snapshots of working trees.
public final class GitSources implements Sources, Inventory, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GitSources.class);
  private static final String SPEC = "ephemeral.yaml";

  private final Mirrors mirrors;
  private final KeyedLocks<Mirror> locks = new KeyedLocks<>();

  /// @param folder of the mirrors
  public GitSources(Path folder) {
    mirrors = new Mirrors(folder);
  }

  /// Work of a code host in the mirror of an app, such as a fetch.
  public interface Work<T> {
    T in(Repository mirror) throws GitAPIException, IOException;
  }

  /// Does work in the mirror of an app; at most one at a time for each mirror. A damaged mirror is
  /// emptied, and the work done again.
  ///
  /// @throws FaultException USER when the app's source is no repository, else EXTERNAL
  public <T> T work(App app, Work<T> work) {
    var name = Mirror.of(app.name());
    try (var _ = locks.takeUninterruptibly(name)) {
      return workOrMend(name, work);
    } catch (FaultException e) {
      throw e;
    } catch (IOException | UncheckedIOException e) {
      throw GitFaults.unkept(app, e);
    } catch (GitAPIException | RuntimeException e) {
      throw GitFaults.unread(app, e);
    }
  }

  private <T> T workOrMend(Mirror name, Work<T> work) throws GitAPIException, IOException {
    try {
      return work.in(mirrors.open(name));
    } catch (FaultException e) {
      throw e;
    } catch (GitAPIException | IOException | RuntimeException e) {
      if (!mirrors.isDamaged(name, e)) {
        throw e;
      }
      LOG.warn("the mirror of {} is damaged and is fetched again", name.value());
      mirrors.empty(name);
      return work.in(mirrors.open(name));
    }
  }

  @Override
  public Optional<String> read(Mirror name, String commit, String path, int most) {
    var repository = mirrors.open(name);
    var hash = hash(name, commit, path);
    if (hash.isEmpty()) {
      return Optional.empty();
    }
    try {
      var loader = repository.open(ObjectId.fromString(hash.get()));
      if (loader.getType() != Constants.OBJ_BLOB) {
        return Optional.empty();
      }
      if (loader.getSize() > most) {
        throw new FaultException(
            Fault.user(
                "`%s` has %d bytes; at most %d are read".formatted(path, loader.getSize(), most)));
      }
      var bytes = ByteBuffer.wrap(loader.getBytes(most));
      return Optional.of(UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      throw new FaultException(
          Fault.user("`%s` is not text in UTF-8; save it as that".formatted(path)), e);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  @Override
  public Optional<String> hash(Mirror name, String commit, String path) {
    return find(name, commit, path, false);
  }

  @Override
  public Optional<String> folder(Mirror name, String commit, String path) {
    return find(name, commit, path, true);
  }

  private Optional<String> find(Mirror name, String commit, String path, boolean mustBeFolder) {
    var repository = mirrors.open(name);
    var plain = path.replaceAll("/{2,}", "/").replaceAll("^(\\./)+|(/\\.?)+$", "");
    try (var walk = new RevWalk(repository)) {
      var tree = walk.parseCommit(ObjectId.fromString(commit)).getTree();
      if (plain.isEmpty() || plain.equals(".")) {
        return path.startsWith("/") ? Optional.empty() : Optional.of(withoutSpec(repository, tree));
      }
      try (var found = TreeWalk.forPath(repository, plain, tree)) {
        return found == null ? Optional.empty() : Optional.of(hash(found, path, mustBeFolder));
      }
    } catch (MissingObjectException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  @Override
  public Set<String> changed(Mirror name, String base, String commit, int most) {
    var repository = mirrors.open(name);
    try (var walk = new RevWalk(repository);
        var trees = new TreeWalk(repository)) {
      walk.setRevFilter(RevFilter.MERGE_BASE);
      walk.markStart(walk.parseCommit(ObjectId.fromString(base)));
      walk.markStart(walk.parseCommit(ObjectId.fromString(commit)));
      var common = walk.next();
      if (common == null) {
        return Set.of();
      }
      trees.addTree(walk.parseCommit(common).getTree());
      trees.addTree(walk.parseCommit(ObjectId.fromString(commit)).getTree());
      trees.setRecursive(true);
      trees.setFilter(TreeFilter.ANY_DIFF);
      var changed = new HashSet<String>();
      while (trees.next()) {
        if (changed.size() == most) {
          return Set.of();
        }
        changed.add(trees.getPathString());
      }
      return changed;
    } catch (MissingObjectException e) {
      return Set.of();
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private static FaultException unreadable(Mirror name, IOException e) {
    return new FaultException(
        Fault.external(
            "the copy of %s cannot be read: %s".formatted(name.value(), e.getMessage()), e),
        e);
  }

  private static String hash(TreeWalk found, String path, boolean mustBeFolder) {
    var mode = found.getFileMode();
    if (mode.equals(FileMode.SYMLINK)) {
      throw new FaultException(
          Fault.user("`%s` is a symbolic link; name what it leads to".formatted(path)));
    }
    if (mode.equals(FileMode.GITLINK)) {
      throw new FaultException(
          Fault.user(
              "`%s` is a submodule: its files are in another repository, which is not fetched"
                  .formatted(path)));
    }
    if (mustBeFolder && !found.isSubtree()) {
      throw new FaultException(
          Fault.user("`%s` is a file; a folder is needed here".formatted(path)));
    }
    return found.getObjectId(0).name();
  }

  /// The tree of a whole commit without `ephemeral.yaml`: what that file says about a service is
  /// compared elsewhere, so a change of the file alone builds nothing again.
  private static String withoutSpec(Repository repository, ObjectId commitTree) throws IOException {
    var tree = new TreeFormatter();
    try (var walk = new TreeWalk(repository);
        var inserter = repository.newObjectInserter()) {
      walk.addTree(commitTree);
      while (walk.next()) {
        Checkout.checkName(walk);
        if (!walk.getNameString().equals(SPEC)) {
          tree.append(walk.getRawPath(), walk.getFileMode(0), walk.getObjectId(0));
        }
      }
      var hash = inserter.insert(tree);
      inserter.flush();
      return hash.name();
    }
  }

  @Override
  public void checkOut(Mirror name, String hash, String file, Path into) {
    try {
      Checkout.write(mirrors.open(name), ObjectId.fromString(hash), file, into);
    } catch (MissingObjectException e) {
      throw new FaultException(
          Fault.user("the source of this version is gone from the repository; push again"), e);
    } catch (FileAlreadyExistsException e) {
      throw new FaultException(
          Fault.user(
              "the source has two files called `%s`"
                  .formatted(into.relativize(Path.of(e.getFile())))),
          e);
    } catch (InvalidPathException e) {
      throw new FaultException(
          Fault.user("a file name of the source cannot be used here: " + e.getMessage()), e);
    } catch (IOException e) {
      throw new FaultException(
          Fault.external("the source cannot be written to " + into + ": " + e.getMessage(), e), e);
    }
  }

  @Override
  public Snapshot snapshot(Mirror name, Path workingTree) {
    return Snapshots.take(mirrors.open(name), workingTree);
  }

  @Override
  public void forget(Mirror name) {
    mirrors.forget(name);
  }

  /// None: whoever uses a mirror claims it.
  @Override
  public Claims claims() {
    return Claims.NONE;
  }

  @Override
  public Map<Thing, String> there() {
    var there = new TreeMap<Thing, String>(Comparator.comparing(Thing::name));
    mirrors.all().forEach((name, folder) -> there.put(Claims.source(name), folder.toString()));
    return there;
  }

  @Override
  public void remove(Thing thing) {
    forget(new Mirror(thing.name()));
  }

  @Override
  public void close() {
    mirrors.close();
  }
}
