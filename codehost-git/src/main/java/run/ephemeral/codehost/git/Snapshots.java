package run.ephemeral.codehost.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.eclipse.jgit.dircache.DirCache;
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
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.Sources.Snapshot;

/// Takes a working tree into a mirror as a commit of its own. The working tree's repository,
/// its index and its objects stay untouched.
final class Snapshots {
  private Snapshots() {}

  static Snapshot take(Repository mirror, Path folder) {
    try (var repository = repositoryOf(folder)) {
      var tree = insert(mirror, repository, folder);
      return commit(mirror, repository, tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Repository repositoryOf(Path folder) throws IOException {
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

  /// The tree of every file that git does not ignore, below the folder.
  private static ObjectId insert(Repository mirror, Repository repository, Path folder)
      throws IOException {
    var root = repository.getWorkTree().toPath().toRealPath();
    var below = root.relativize(folder.toRealPath()).toString();
    var index = DirCache.newInCore();
    var builder = index.builder();
    try (var inserter = mirror.newObjectInserter();
        var walk = new TreeWalk(repository)) {
      var files = new FileTreeIterator(repository);
      walk.addTree(files);
      while (walk.next()) {
        var path = walk.getPathString();
        var entry = walk.getTree(0, WorkingTreeIterator.class);
        if (entry == null || entry.isEntryIgnored() || !leadsTo(path, below)) {
          continue;
        }
        if (walk.isSubtree()) {
          walk.enterSubtree();
        } else if (below.isEmpty() || path.startsWith(below + "/")) {
          var inside = below.isEmpty() ? path : path.substring(below.length() + 1);
          builder.add(entry(inserter, entry, inside));
        }
      }
      builder.finish();
      var tree = index.writeTree(inserter);
      inserter.flush();
      return tree;
    }
  }

  /// Whether a path is the folder, above it or below it.
  private static boolean leadsTo(String path, String folder) {
    return folder.isEmpty()
        || path.equals(folder)
        || path.startsWith(folder + "/")
        || folder.startsWith(path + "/");
  }

  private static DirCacheEntry entry(ObjectInserter inserter, WorkingTreeIterator file, String path)
      throws IOException {
    var entry = new DirCacheEntry(path);
    var mode = file.getEntryFileMode();
    entry.setFileMode(mode);
    if (mode.equals(FileMode.GITLINK)) {
      entry.setObjectId(ObjectId.zeroId());
      return entry;
    }
    try (var content = file.openEntryStream()) {
      entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, file.getEntryContentLength(), content));
    }
    return entry;
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
        title = last.getShortMessage();
        author = last.getAuthorIdent().getName();
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
      var branch = Optional.ofNullable(repository.getBranch()).orElse("");
      return new Snapshot(id.name(), branch, title, author);
    }
  }
}
