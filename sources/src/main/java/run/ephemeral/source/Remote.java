package run.ephemeral.source;

import static org.eclipse.jgit.lib.Constants.R_HEADS;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.TransportCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Digest;

/// A repository elsewhere, and its refs in a mirror.
///
/// A ref is a file in the mirror, and names of branches are untrusted. So a ref is named by the
/// digest of its name there: two branches never need the same file, or a file and a folder of one
/// name, and no name is too long or has characters that this process cannot write. The refs only
/// keep the objects; the names are read from the repository.
public final class Remote {
  /// Before the name of the branch that HEAD names there.
  public static final String HEAD = "HEAD ";

  private static final Logger LOG = LoggerFactory.getLogger(Remote.class);
  private static final int TIMEOUT_SECONDS = 60;

  private final String url;
  private final Optional<CredentialsProvider> login;

  private Remote(String url, Optional<CredentialsProvider> login) {
    this.url = url;
    this.login = login;
  }

  /// @param url a URL, which may contain a password, or a folder of this machine
  public static Remote of(String url) {
    return new Remote(url, Optional.empty());
  }

  /// A repository that is read with a token. The token is sent to no other host: redirects are not
  /// followed.
  public static Remote of(String url, String user, String token) {
    return new Remote(url, Optional.of(new UsernamePasswordCredentialsProvider(user, token)));
  }

  /// The folder of this machine that it is; empty when it is elsewhere or is not there.
  public Optional<Path> folder() {
    try {
      var folder = url.startsWith("file:") ? Path.of(URI.create(url)) : Path.of(url);
      return Optional.of(folder).filter(Path::isAbsolute).filter(Files::exists);
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      return Optional.empty();
    }
  }

  /// The branches with their commits, by their full names, and the branch that HEAD names.
  public Map<String, ObjectId> branches() throws GitAPIException {
    return named(prepared(Git.lsRemoteRepository().setRemote(url)).call(), Remote::isBranch);
  }

  /// Fetches refs, and returns their commits as advertised on the same connection: a branch that
  /// moves meanwhile is seen next time. Other refs of the mirror are dropped.
  ///
  /// @param wanted of the full names
  public Map<String, ObjectId> fetch(Repository mirror, Predicate<String> wanted)
      throws GitAPIException, IOException {
    if (login.isPresent()) {
      mirror.getConfig().setString("http", null, "followRedirects", "false");
    }
    var fetch =
        Git.wrap(mirror)
            .fetch()
            .setRemote(url)
            .setRefSpecs(new ByDigest("refs/heads/*", wanted), new ByDigest("refs/pull/*", wanted))
            .setTagOpt(TagOpt.NO_TAGS);
    var found = named(prepared(fetch).call().getAdvertisedRefs(), wanted);
    dropOthers(mirror, found);
    return found;
  }

  private <C extends TransportCommand<C, ?>> C prepared(C command) {
    login.ifPresent(command::setCredentialsProvider);
    return command.setTimeout(TIMEOUT_SECONDS);
  }

  public static boolean isBranch(String ref) {
    return ref.startsWith(R_HEADS);
  }

  private static Map<String, ObjectId> named(Collection<Ref> refs, Predicate<String> wanted) {
    var found = new TreeMap<String, ObjectId>();
    for (var ref : refs) {
      var name = ref.getName();
      if (wanted.test(name) && Repository.isValidRefName(name)) {
        found.put(name, ref.getObjectId());
      } else if (name.equals(Constants.HEAD) && ref.isSymbolic()) {
        found.put(HEAD + ref.getTarget().getName(), ObjectId.zeroId());
      }
    }
    return found;
  }

  private static String refOf(String name) {
    return R_HEADS + Digest.of(name).hex();
  }

  /// Fetches wanted refs of a folder into the refs that they have in the mirror.
  private static final class ByDigest extends RefSpec {
    private static final long serialVersionUID = 1;

    private final transient Predicate<String> wanted;

    ByDigest(String folder, Predicate<String> wanted) {
      super("+%s:%s".formatted(folder, folder));
      this.wanted = wanted;
    }

    @Override
    public boolean matchSource(Ref ref) {
      return super.matchSource(ref)
          && Repository.isValidRefName(ref.getName())
          && wanted.test(ref.getName());
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
  private static void dropOthers(Repository mirror, Map<String, ObjectId> found)
      throws IOException {
    var ours = found.keySet().stream().map(Remote::refOf).collect(Collectors.toSet());
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
