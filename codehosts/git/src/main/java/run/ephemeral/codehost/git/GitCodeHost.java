package run.ephemeral.codehost.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.OneLine;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.pullrequest.Facts;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.Author;
import run.ephemeral.source.GitSources;
import run.ephemeral.source.Remote;

/// Treats every branch but the default one as a pull request, as long as the default one does
/// not contain it. Works on any repository that git can fetch from, and writes nothing there.
public final class GitCodeHost implements CodeHost {
  private static final Duration BETWEEN_REMOTE_QUESTIONS = Duration.ofSeconds(2);
  private static final String REMOTE = "(https?|ssh|git|file)://.+|[\\w.-]+@[\\w.-]+:.+";
  private static final String BRANCHES = Constants.R_HEADS;

  private final GitSources sources;
  private final Map<AppName, Map<String, ObjectId>> lastSeen = new ConcurrentHashMap<>();
  private final Map<AppName, Long> lastAsked = new ConcurrentHashMap<>();

  public GitCodeHost(GitSources sources) {
    this.sources = sources;
  }

  /// A folder of this machine, or a URL that git can fetch from.
  @Override
  public Optional<Located> locate(String text) {
    if (text.matches(REMOTE)) {
      return Optional.of(new Located(text, Optional.empty()));
    }
    try {
      var folder = Path.of(text);
      return folder.isAbsolute() && Files.isDirectory(folder)
          ? Optional.of(new Located(folder.toRealPath().toString(), Optional.empty()))
          : Optional.empty();
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("`%s` cannot be read".formatted(text), e);
    }
  }

  @Override
  public boolean changed(App app) {
    var known = lastSeen.get(app.name());
    if (known == null) {
      return true;
    }
    var remote = Remote.of(app.source());
    if (remote.folder().isEmpty()) {
      var now = System.nanoTime();
      var asked = lastAsked.getOrDefault(app.name(), now - BETWEEN_REMOTE_QUESTIONS.toNanos());
      if (now - asked < BETWEEN_REMOTE_QUESTIONS.toNanos()) {
        return false;
      }
      lastAsked.put(app.name(), now);
    }
    try {
      return !remote.branches().equals(known);
    } catch (GitAPIException | RuntimeException e) {
      return true; // the following look reports the failure
    }
  }

  @Override
  public Seen look(App app) {
    return sources.work(app, mirror -> look(app, mirror));
  }

  private Seen look(App app, Repository mirror) throws GitAPIException, IOException {
    var remote = Remote.of(app.source());
    if (isShallow(remote)) {
      throw new FaultException(
          Fault.user(
              "%s is a shallow clone, whose history does not tell where a branch began;"
                      .formatted(app.shownSource())
                  + " `git fetch --unshallow` there completes it"));
    }
    var heads = remote.fetch(mirror, Remote::isBranch);
    var defaultBranch = defaultBranch(app, heads);
    var base = heads.get(BRANCHES + defaultBranch);
    if (base == null) {
      throw new FaultException(
          Fault.user(
              "%s has no branch `%s`; without a default branch nothing is a pull request"
                  .formatted(app.shownSource(), defaultBranch)));
    }
    var seen = new Seen(defaultBranch, base.name(), open(app, mirror, heads, base));
    lastSeen.put(app.name(), heads);
    return seen;
  }

  /// HEAD of a bare repository names the default branch. With a working tree, HEAD is whatever is
  /// checked out; there the branch seen before and the usual names have priority.
  private static String defaultBranch(App app, Map<String, ObjectId> heads) {
    var candidates = new ArrayList<String>();
    var head =
        heads.keySet().stream()
            .filter(name -> name.startsWith(Remote.HEAD + BRANCHES))
            .map(name -> name.substring((Remote.HEAD + BRANCHES).length()))
            .findFirst();
    if (!isWorkedIn(Remote.of(app.source()))) {
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
          var title = OneLine.of(first.get().getShortMessage());
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
                        titles.getOrDefault(branch, branch), Author.of(head), Set.of(), false),
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

  private static boolean isShallow(Remote remote) {
    return remote
        .folder()
        .filter(
            folder ->
                Files.exists(folder.resolve("shallow"))
                    || Files.exists(folder.resolve(".git/shallow")))
        .isPresent();
  }

  private static boolean isWorkedIn(Remote remote) {
    return remote.folder().filter(folder -> Files.exists(folder.resolve(".git"))).isPresent();
  }

  @Override
  public void forget(App app) {
    lastSeen.remove(app.name());
    lastAsked.remove(app.name());
    sources.forget(Mirror.of(app.name()));
  }
}
