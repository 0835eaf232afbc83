package run.ephemeral.codehost.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.InvalidRemoteException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.audit.Claims;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.audit.Thing;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.pullrequest.Facts;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.release.Mirror;

/// Treats every branch but the default one as a pull request, as long as the default one does
/// not contain it. Works on any repository that git can fetch from, and writes nothing there.
public final class GitCodeHost implements CodeHost, Inventory, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GitCodeHost.class);
  private static final Duration BETWEEN_REMOTE_QUESTIONS = Duration.ofSeconds(2);
  private static final String BRANCHES = Constants.R_HEADS;

  private final Mirrors mirrors;
  private final Map<Mirror, Map<String, ObjectId>> lastSeen = new ConcurrentHashMap<>();
  private final Map<Mirror, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final Map<Mirror, Long> lastAsked = new ConcurrentHashMap<>();

  public GitCodeHost(Path folder) {
    this.mirrors = new Mirrors(folder);
  }

  /// The content of what was fetched.
  public GitSources sources() {
    return new GitSources(mirrors);
  }

  @Override
  public boolean changed(App app) {
    var repository = Mirror.of(app.name());
    var known = lastSeen.get(repository);
    if (known == null) {
      return true;
    }
    if (!isLocal(app.source())) {
      var now = System.nanoTime();
      var asked = lastAsked.getOrDefault(repository, now - BETWEEN_REMOTE_QUESTIONS.toNanos());
      if (now - asked < BETWEEN_REMOTE_QUESTIONS.toNanos()) {
        return false;
      }
      lastAsked.put(repository, now);
    }
    try {
      return !Branches.of(app.source()).equals(known);
    } catch (GitAPIException | RuntimeException e) {
      return true; // the following look reports the failure
    }
  }

  @Override
  public Seen look(App app) {
    var name = Mirror.of(app.name());
    var lock = locks.computeIfAbsent(name, ignored -> new ReentrantLock());
    lock.lock();
    try {
      return lookOrMend(app, name);
    } catch (FaultException e) {
      throw e;
    } catch (IOException | UncheckedIOException e) {
      throw fault(app, "%s cannot be kept: %s".formatted(app.shownSource(), e.getMessage()), e);
    } catch (GitAPIException | RuntimeException e) {
      throw trouble(app, e);
    } finally {
      lock.unlock();
    }
  }

  /// Looks at the source. A damaged mirror is emptied and fetched again.
  private Seen lookOrMend(App app, Mirror name) throws GitAPIException, IOException {
    try {
      return look(app, name);
    } catch (FaultException e) {
      throw e;
    } catch (GitAPIException | IOException | RuntimeException e) {
      if (!mirrors.isDamaged(name, e)) {
        throw e;
      }
      LOG.warn("the mirror of {} is damaged and is fetched again", name.value());
      mirrors.empty(name);
      return look(app, name);
    }
  }

  private Seen look(App app, Mirror name) throws GitAPIException, IOException {
    if (isShallow(app.source())) {
      throw new FaultException(
          Fault.user(
              "%s is a shallow clone, whose history does not tell where a branch began;"
                      .formatted(app.shownSource())
                  + " `git fetch --unshallow` there completes it"));
    }
    var mirror = mirrors.open(name);
    var heads = Branches.fetch(mirror, app.source());
    var defaultBranch = defaultBranch(app, heads);
    var base = heads.get(BRANCHES + defaultBranch);
    if (base == null) {
      throw new FaultException(
          Fault.user(
              "%s has no branch `%s`; without a default branch nothing is a pull request"
                  .formatted(app.shownSource(), defaultBranch)));
    }
    var seen = new Seen(defaultBranch, base.name(), open(app, mirror, heads, base));
    lastSeen.put(name, heads);
    return seen;
  }

  /// A fault of the user if the source is wrong, else an external one.
  private static FaultException trouble(App app, Exception e) {
    var source = app.shownSource();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof NoRemoteRepositoryException
          || cause instanceof InvalidRemoteException
          || cause instanceof NotSupportedException
          || cause instanceof URISyntaxException) {
        var why = quoted(app, e);
        var message = "%s is no git repository that can be read".formatted(source);
        return new FaultException(new Fault(Fault.Kind.USER, message, why.toString()), why);
      }
    }
    var hint = isLocal(app.source()) ? "; `git fsck` in that folder says what is broken there" : "";
    return fault(app, "git cannot read %s: %s%s".formatted(source, reason(e), hint), e);
  }

  private static FaultException fault(App app, String message, Exception e) {
    var why = quoted(app, e);
    return new FaultException(Fault.external(app.shown(message), why), why);
  }

  /// A copy of an exception without passwords: messages of libraries quote the source, which may
  /// contain one, and causes are logged.
  private static Exception quoted(App app, Throwable e) {
    var cause = e.getCause() == null ? null : quoted(app, e.getCause());
    var quoted = new IOException(app.shown(e.toString()), cause);
    quoted.setStackTrace(e.getStackTrace());
    return quoted;
  }

  private static String reason(Throwable e) {
    return e.getCause() != null && e.getCause().getMessage() != null
        ? e.getCause().getMessage()
        : String.valueOf(e.getMessage());
  }

  /// HEAD of a bare repository names the default branch. With a working tree, HEAD is whatever is
  /// checked out; there the branch seen before and the usual names have priority.
  private static String defaultBranch(App app, Map<String, ObjectId> heads) {
    var candidates = new ArrayList<String>();
    var head =
        heads.keySet().stream()
            .filter(name -> name.startsWith(Branches.HEAD + BRANCHES))
            .map(name -> name.substring((Branches.HEAD + BRANCHES).length()))
            .findFirst();
    if (!isWorkedIn(app.source())) {
      head.ifPresent(candidates::add);
    }
    if (!app.defaultBranch().isEmpty()) {
      candidates.add(app.defaultBranch());
    }
    candidates.addAll(List.of("main", "master", "trunk"));
    head.ifPresent(candidates::add);
    candidates.add("develop");
    return candidates.stream()
        .filter(name -> heads.containsKey(BRANCHES + name))
        .findFirst()
        .orElse(candidates.getFirst());
  }

  private static List<PullRequest> open(
      App app, Repository mirror, Map<String, ObjectId> heads, ObjectId base) throws IOException {
    var open = new LinkedHashMap<String, RevCommit>();
    var there = new HashSet<String>();
    var titles = new TreeMap<String, String>();
    try (var walk = new RevWalk(mirror)) {
      var commits = new ArrayList<Map.Entry<String, RevCommit>>();
      for (var head : heads.entrySet()) {
        if (head.getKey().startsWith(BRANCHES)) {
          var branch = head.getKey().substring(BRANCHES.length());
          there.add(branch);
          commit(walk, head.getValue()).ifPresent(it -> commits.add(Map.entry(branch, it)));
        }
      }
      commits.sort(
          Comparator.comparingInt((Map.Entry<String, RevCommit> e) -> e.getValue().getCommitTime())
              .thenComparing(Map.Entry::getKey));
      for (var commit : commits) {
        var first = firstOf(mirror, commit.getValue(), base);
        if (first.isPresent()) {
          open.put(commit.getKey(), commit.getValue());
          var title = Strangers.line(first.get().getShortMessage());
          titles.put(commit.getKey(), title.isEmpty() ? commit.getKey() : title);
        }
      }
    }
    var numbers = Numbers.assign(mirror, there, open.keySet());
    var pullRequests = new ArrayList<PullRequest>();
    open.forEach(
        (branch, head) ->
            pullRequests.add(
                new PullRequest(
                    new PullRequestRef(app.repository(), numbers.getOrDefault(branch, 0)),
                    new Head(head.name(), branch, Optional.empty()),
                    new Facts(
                        titles.getOrDefault(branch, branch),
                        Strangers.author(head),
                        Set.of(),
                        false),
                    new Trust.Own())));
    pullRequests.sort(Comparator.comparingInt(PullRequest::number));
    return pullRequests;
  }

  /// Empty if the object is no commit: a branch can be made to point at anything.
  private static Optional<RevCommit> commit(RevWalk walk, ObjectId id) throws IOException {
    try {
      return Optional.of(walk.parseCommit(id));
    } catch (IncorrectObjectTypeException e) {
      return Optional.empty();
    }
  }

  /// The first commit that the branch has and the default branch does not: what the branch is
  /// about.
  private static Optional<RevCommit> firstOf(Repository mirror, RevCommit head, ObjectId base)
      throws IOException {
    try (var walk = new RevWalk(mirror)) {
      walk.markStart(walk.parseCommit(head));
      walk.markUninteresting(walk.parseCommit(base));
      walk.sort(RevSort.TOPO);
      walk.sort(RevSort.REVERSE, true);
      return Optional.ofNullable(walk.next());
    }
  }

  private static boolean isLocal(String source) {
    return localFolder(source).isPresent();
  }

  private static boolean isShallow(String source) {
    return localFolder(source)
        .filter(
            folder ->
                Files.exists(folder.resolve("shallow"))
                    || Files.exists(folder.resolve(".git/shallow")))
        .isPresent();
  }

  private static boolean isWorkedIn(String source) {
    return localFolder(source).filter(folder -> Files.exists(folder.resolve(".git"))).isPresent();
  }

  private static Optional<Path> localFolder(String source) {
    try {
      var folder = source.startsWith("file:") ? Path.of(URI.create(source)) : Path.of(source);
      return Optional.of(folder).filter(Path::isAbsolute).filter(Files::exists);
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public void forget(Mirror repository) {
    lastSeen.remove(repository);
    lastAsked.remove(repository);
    mirrors.forget(repository);
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
