package run.ephemeral.codehost.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.Repository;
import run.ephemeral.core.pullrequest.PullRequest;

/// Treats every branch but the default one as a pull request, as long as the default one does
/// not contain it. Works on any repository that git can fetch from, and writes nothing there.
public final class GitCodeHost implements CodeHost, AutoCloseable {
  private static final int TIMEOUT_SECONDS = 60;
  private static final Duration BETWEEN_REMOTE_QUESTIONS = Duration.ofSeconds(2);
  private static final int LONGEST_TITLE = 200;

  private final Mirrors mirrors;
  private final Map<Repository, Map<String, ObjectId>> lastSeen = new ConcurrentHashMap<>();
  private final Map<Repository, Long> lastAsked = new ConcurrentHashMap<>();

  public GitCodeHost(Path folder) {
    this.mirrors = new Mirrors(folder);
  }

  /// The content of what was fetched.
  public GitSources sources() {
    return new GitSources(mirrors);
  }

  @Override
  public boolean changed(App app) {
    var repository = Repository.of(app.name());
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
      return !heads(app.source()).equals(known);
    } catch (GitAPIException | IOException e) {
      return true;
    }
  }

  @Override
  public Seen look(App app) {
    var name = Repository.of(app.name());
    try {
      var heads = heads(app.source());
      var mirror = mirrors.open(name);
      fetch(mirror, app.source());
      var defaultBranch = defaultBranch(app, heads);
      var base = heads.get("refs/heads/" + defaultBranch);
      if (base == null) {
        throw new FaultException(
            Fault.user(
                "%s has no branch `%s`; without a default branch nothing is a pull request"
                    .formatted(app.source(), defaultBranch)));
      }
      var seen = new Seen(defaultBranch, base.name(), open(mirror, heads, base));
      lastSeen.put(name, heads);
      return seen;
    } catch (GitAPIException e) {
      throw new FaultException(
          Fault.external("git cannot read %s: %s".formatted(app.source(), reason(e)), e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String reason(Throwable e) {
    return e.getCause() != null && e.getCause().getMessage() != null
        ? e.getCause().getMessage()
        : String.valueOf(e.getMessage());
  }

  /// The branches of the source and where they are, with what HEAD names.
  private static Map<String, ObjectId> heads(String source) throws GitAPIException, IOException {
    var heads = new TreeMap<String, ObjectId>();
    var refs = Git.lsRemoteRepository().setRemote(source).setTimeout(TIMEOUT_SECONDS).callAsMap();
    for (var ref : refs.values()) {
      if (ref.getName().startsWith("refs/heads/")) {
        heads.put(ref.getName(), ref.getObjectId());
      } else if (ref.getName().equals("HEAD")) {
        head(ref).ifPresent(target -> heads.put("HEAD " + target, ObjectId.zeroId()));
      }
    }
    return heads;
  }

  private static Optional<String> head(Ref head) {
    return head.isSymbolic() ? Optional.of(head.getTarget().getName()) : Optional.empty();
  }

  /// What HEAD names may be any branch in a working repository, so the usual names go first
  /// there.
  private static String defaultBranch(App app, Map<String, ObjectId> heads) {
    var candidates = new ArrayList<String>();
    if (!app.defaultBranch().isEmpty()) {
      candidates.add(app.defaultBranch());
    }
    var head =
        heads.keySet().stream()
            .filter(name -> name.startsWith("HEAD refs/heads/"))
            .map(name -> name.substring("HEAD refs/heads/".length()))
            .findFirst();
    if (isLocal(app.source())) {
      candidates.addAll(List.of("main", "master", "trunk"));
    }
    head.ifPresent(candidates::add);
    candidates.addAll(List.of("main", "master", "trunk", "develop"));
    return candidates.stream()
        .filter(name -> heads.containsKey("refs/heads/" + name))
        .findFirst()
        .orElse(candidates.getFirst());
  }

  private static void fetch(org.eclipse.jgit.lib.Repository mirror, String source)
      throws GitAPIException {
    Git.wrap(mirror)
        .fetch()
        .setRemote(source)
        .setRefSpecs(new RefSpec("+refs/heads/*:refs/heads/*"))
        .setRemoveDeletedRefs(true)
        .setCheckFetchedObjects(true)
        .setTimeout(TIMEOUT_SECONDS)
        .call();
  }

  private static List<PullRequest> open(
      org.eclipse.jgit.lib.Repository mirror, Map<String, ObjectId> heads, ObjectId base)
      throws IOException {
    var open = new LinkedHashMap<String, RevCommit>();
    var titles = new TreeMap<String, String>();
    try (var walk = new RevWalk(mirror)) {
      var commits = new ArrayList<Map.Entry<String, RevCommit>>();
      for (var head : heads.entrySet()) {
        if (head.getKey().startsWith("refs/heads/")) {
          var branch = head.getKey().substring("refs/heads/".length());
          commits.add(Map.entry(branch, walk.parseCommit(head.getValue())));
        }
      }
      commits.sort(
          Comparator.comparingInt((Map.Entry<String, RevCommit> e) -> e.getValue().getCommitTime())
              .thenComparing(Map.Entry::getKey));
      for (var commit : commits) {
        var first = firstOf(mirror, commit.getValue(), base);
        if (first.isPresent()) {
          open.put(commit.getKey(), commit.getValue());
          titles.put(commit.getKey(), title(first.get()));
        }
      }
    }
    var numbers = Numbers.assign(mirror, open.keySet());
    var pullRequests = new ArrayList<PullRequest>();
    open.forEach(
        (branch, head) ->
            pullRequests.add(
                new PullRequest(
                    numbers.getOrDefault(branch, 0),
                    titles.getOrDefault(branch, branch),
                    branch,
                    head.getAuthorIdent().getName(),
                    head.name())));
    pullRequests.sort(Comparator.comparingInt(PullRequest::number));
    return pullRequests;
  }

  /// The first commit that the branch has and the default branch does not: what the branch is
  /// about.
  private static Optional<RevCommit> firstOf(
      org.eclipse.jgit.lib.Repository mirror, RevCommit head, ObjectId base) throws IOException {
    try (var walk = new RevWalk(mirror)) {
      walk.markStart(walk.parseCommit(head));
      walk.markUninteresting(walk.parseCommit(base));
      walk.sort(RevSort.TOPO);
      walk.sort(RevSort.REVERSE, true);
      return Optional.ofNullable(walk.next());
    }
  }

  private static String title(RevCommit commit) {
    var subject = commit.getShortMessage().strip();
    return subject.length() > LONGEST_TITLE ? subject.substring(0, LONGEST_TITLE) : subject;
  }

  private static boolean isLocal(String source) {
    return source.startsWith("/") && Files.exists(Path.of(source));
  }

  @Override
  public void forget(Repository repository) {
    lastSeen.remove(repository);
    mirrors.forget(repository);
  }

  @Override
  public void close() {
    mirrors.close();
  }
}
