package run.ephemeral.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.FileTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.WorkingTreeIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.OneLine;
import run.ephemeral.core.codehost.Sources.Snapshot;

/// Copies a working tree into a mirror as a commit of its own. The working tree's repository, its
/// index and its objects stay untouched.
final class Snapshots {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

  /// Files up to this size are read into memory, and not written if the mirror has them already.
  private static final long AT_ONCE = 16L * 1024 * 1024;

  private Snapshots() {}

  static Snapshot take(Repository mirror, Path folder) {
    try (var repository = repositoryOf(folder)) {
      var tree = insert(mirror, repository, folder);
      return commit(mirror, repository, tree);
    } catch (IOException e) {
      throw new FaultException(
          Fault.external("%s cannot be read: %s".formatted(folder, e.getMessage()), e), e);
    }
  }

  private static Repository repositoryOf(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new FaultException(Fault.user(folder + " is not a folder"));
    }
    var builder = new FileRepositoryBuilder().findGitDir(folder.toFile());
    if (builder.getGitDir() == null) {
      throw new FaultException(
          Fault.user("%s is not in a git repository; `git init` makes it one".formatted(folder)));
    }
    try {
      var repository = builder.setMustExist(true).build();
      if (repository.isBare()) {
        throw new FaultException(Fault.user(folder + " is in a bare repository: it has no files"));
      }
      return repository;
    } catch (RepositoryNotFoundException e) {
      throw new FaultException(Fault.user(folder + " is not in a git repository"), e);
    }
  }

  /// The tree of every file below the folder that git tracks or does not ignore.
  private static ObjectId insert(Repository mirror, Repository repository, Path folder)
      throws IOException {
    var root = repository.getWorkTree().toPath().toRealPath();
    var below = root.relativize(folder.toRealPath()).toString();
    var tracked = repository.readDirCache();
    var index = DirCache.newInCore();
    var builder = index.builder();
    try (var inserter = mirror.newObjectInserter();
        var walk = new TreeWalk(repository)) {
      var files = new FileTreeIterator(repository);
      files.setWalkIgnoredDirectories(true);
      walk.addTree(files);
      var ignored = Optional.<String>empty();
      while (walk.next()) {
        var path = walk.getPathString();
        var entry = walk.getTree(0, WorkingTreeIterator.class);
        if (entry == null || !leadsTo(path, below)) {
          continue;
        }
        var inIgnored = ignored.filter(path::startsWith).isPresent();
        if ((inIgnored || entry.isEntryIgnored()) && !isTracked(tracked, path)) {
          continue;
        }
        if (walk.isSubtree()) {
          ignored = !inIgnored && entry.isEntryIgnored() ? Optional.of(path + "/") : ignored;
          walk.enterSubtree();
        } else if (below.isEmpty() || path.startsWith(below + "/")) {
          var inside = below.isEmpty() ? path : path.substring(below.length() + 1);
          add(builder, inserter, entry.getEntryFileMode(), root.resolve(path), inside);
        }
      }
      builder.finish();
      var tree = index.writeTree(inserter);
      inserter.flush();
      return tree;
    }
  }

  /// A tracked file is not ignored, whatever a pattern says.
  private static boolean isTracked(DirCache tracked, String path) {
    return tracked.findEntry(path) >= 0 || tracked.getEntriesWithin(path).length > 0;
  }

  /// Whether a path is the folder, above it or below it.
  private static boolean leadsTo(String path, String folder) {
    return folder.isEmpty()
        || path.equals(folder)
        || path.startsWith(folder + "/")
        || folder.startsWith(path + "/");
  }

  /// Takes the bytes on disk: filters of the repository, which would replace large files by
  /// pointers, are for commits only. A file that was deleted meanwhile is left out.
  private static void add(
      DirCacheBuilder builder, ObjectInserter inserter, FileMode mode, Path file, String path)
      throws IOException {
    var entry = new DirCacheEntry(path);
    entry.setFileMode(mode);
    try {
      if (mode.equals(FileMode.GITLINK)) {
        entry.setObjectId(ObjectId.zeroId());
      } else if (mode.equals(FileMode.SYMLINK)) {
        var target = Files.readSymbolicLink(file).toString().getBytes(UTF_8);
        entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, target));
      } else if (!Files.isRegularFile(file)) {
        return; // a socket or a pipe: git does not know them, and reading one may never end
      } else if (Files.size(file) <= AT_ONCE) {
        entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, Files.readAllBytes(file)));
      } else {
        try (var content = Files.newInputStream(file)) {
          entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, Files.size(file), content));
        }
      }
      builder.add(entry);
    } catch (NoSuchFileException | NotLinkException e) {
      LOG.debug("{} was deleted meanwhile", file, e);
    } catch (EOFException e) {
      throw new FaultException(
          Fault.external("%s changes while it is read; try again".formatted(file), e), e);
    }
  }

  /// The same content on the same head is the same commit: nothing in it depends on the time.
  private static Snapshot commit(Repository mirror, Repository repository, ObjectId tree)
      throws IOException {
    var head = Optional.ofNullable(repository.resolve(Constants.HEAD));
    var title = "";
    var author = "";
    if (head.isPresent()) {
      try (var walk = new RevWalk(repository)) {
        var last = walk.parseCommit(head.get());
        title = OneLine.of(last.getShortMessage());
        author = Author.of(last);
      }
    }
    var commit = new CommitBuilder();
    commit.setTreeId(tree);
    var nobody = new PersonIdent("ephemeral", "ephemeral@localhost", Instant.EPOCH, ZoneOffset.UTC);
    commit.setAuthor(nobody);
    commit.setCommitter(nobody);
    commit.setMessage("working tree on " + head.map(ObjectId::name).orElse("nothing"));
    try (var inserter = mirror.newObjectInserter()) {
      var id = inserter.insert(commit);
      inserter.flush();
      var full = Optional.ofNullable(repository.getFullBranch()).orElse("");
      var branch = full.startsWith(Constants.R_HEADS) ? Repository.shortenRefName(full) : "";
      return new Snapshot(id.name(), branch, title, author);
    }
  }
}
