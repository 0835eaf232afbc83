package run.ephemeral.codehost.git;

import static org.eclipse.jgit.lib.Constants.R_HEADS;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Digest;

/// The branches of a source, and their refs in a mirror.
///
/// A ref is a file in the mirror, and names of branches are untrusted. So a ref is named by the
/// digest of its branch's name: two branches never need the same file, or a file and a folder of
/// one name, and no name is too long or has characters that this process cannot write. The refs
/// only keep the objects; the names are read from the source.
final class Branches {
  static final String HEAD = "HEAD ";
  private static final Logger LOG = LoggerFactory.getLogger(Branches.class);
  private static final int TIMEOUT_SECONDS = 60;

  private Branches() {}

  /// The branches of the source with their commits, and the branch that HEAD names.
  static Map<String, ObjectId> of(String source) throws GitAPIException {
    return heads(Git.lsRemoteRepository().setRemote(source).setTimeout(TIMEOUT_SECONDS).call());
  }

  /// Fetches all branches, and returns their commits as advertised on the same connection: a branch
  /// that moves meanwhile is seen next time.
  static Map<String, ObjectId> fetch(Repository mirror, String source)
      throws GitAPIException, IOException {
    var result =
        Git.wrap(mirror)
            .fetch()
            .setRemote(source)
            .setRefSpecs(new ByDigest())
            .setTagOpt(TagOpt.NO_TAGS)
            .setTimeout(TIMEOUT_SECONDS)
            .call();
    var heads = heads(result.getAdvertisedRefs());
    dropOthers(mirror, heads);
    return heads;
  }

  private static Map<String, ObjectId> heads(Collection<Ref> refs) {
    var heads = new TreeMap<String, ObjectId>();
    for (var ref : refs) {
      var name = ref.getName();
      if (name.startsWith(R_HEADS) && Repository.isValidRefName(name)) {
        heads.put(name, ref.getObjectId());
      } else if (name.equals(Constants.HEAD) && ref.isSymbolic()) {
        heads.put(HEAD + ref.getTarget().getName(), ObjectId.zeroId());
      }
    }
    return heads;
  }

  private static String refOf(String branch) {
    return R_HEADS + Digest.of(branch).hex();
  }

  /// Fetches every branch into the ref that it has in the mirror.
  private static final class ByDigest extends RefSpec {
    private static final long serialVersionUID = 1;

    ByDigest() {
      super("+refs/heads/*:refs/heads/*");
    }

    @Override
    public boolean matchSource(Ref ref) {
      return super.matchSource(ref) && Repository.isValidRefName(ref.getName());
    }

    @Override
    public RefSpec expandFromSource(Ref ref) {
      return new RefSpec()
          .setForceUpdate(true)
          .setSourceDestination(ref.getName(), refOf(ref.getName()));
    }
  }

  /// Drops refs of branches that are gone, and refs that earlier versions named like their
  /// branches. A ref that cannot be dropped only costs the space of its objects.
  private static void dropOthers(Repository mirror, Map<String, ObjectId> heads)
      throws IOException {
    var ours = heads.keySet().stream().map(Branches::refOf).collect(Collectors.toSet());
    var batch = mirror.getRefDatabase().newBatchUpdate().setAllowNonFastForwards(true);
    for (var ref : mirror.getRefDatabase().getRefsByPrefix(Constants.R_REFS)) {
      if (!ours.contains(ref.getName()) && ref.getObjectId() != null) {
        batch.addCommand(new ReceiveCommand(ref.getObjectId(), ObjectId.zeroId(), ref.getName()));
      }
    }
    if (batch.getCommands().isEmpty()) {
      return;
    }
    try (var walk = new RevWalk(mirror)) {
      batch.execute(walk, NullProgressMonitor.INSTANCE);
      batch.getCommands().stream()
          .filter(command -> command.getResult() != ReceiveCommand.Result.OK)
          .findFirst()
          .ifPresent(left -> LOG.warn("refs of {} not deleted: {}", mirror, left.getResult()));
    } catch (IOException | RuntimeException e) {
      LOG.warn("unused refs of {} not deleted: {}", mirror, e.toString());
    }
  }
}
