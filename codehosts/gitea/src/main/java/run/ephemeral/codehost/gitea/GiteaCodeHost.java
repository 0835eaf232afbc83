package run.ephemeral.codehost.gitea;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.CodeHostAccess.Hook;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.GitSources;
import run.ephemeral.source.Remote;

/// The pull requests of one Gitea. What they are is asked of its API, their commits are fetched by
/// git.
final class GiteaCodeHost implements CodeHost {
  /// After this time everything is read again, whatever the short answers say.
  private static final Duration TRUST_IN_SHORT_ANSWERS = Duration.ofMinutes(10);

  /// Between two times in whole seconds.
  private static final Duration A_SECOND_PASSED = Duration.ofSeconds(2);

  private static final int MOST_READINGS = 5;
  private static final int MOST_FETCHES = 2;

  /// With a token as password, Gitea takes any user name.
  private static final String USER = "ephemeral";

  private static final Pattern PATH =
      Pattern.compile("(?!\\.{1,2}/)[\\w.-]+/(?!\\.{1,2}$)[\\w.-]+");

  private final String name;
  private final String url;
  private final String token;
  private final GiteaApi api;
  private final GitSources sources;
  private final Duration pace;
  private final GiteaHooks hooks;
  private final Conversation conversation;
  private final Map<AppName, Noted> noted = new ConcurrentHashMap<>();

  /// @param pace between two questions whether anything changed
  GiteaCodeHost(
      String name,
      String url,
      String token,
      GiteaApi api,
      Optional<Hook> hook,
      GitSources sources,
      Duration pace) {
    this.name = name;
    this.url = url;
    this.token = token;
    this.api = api;
    this.sources = sources;
    this.pace = pace;
    this.hooks = new GiteaHooks(api, hook);
    this.conversation = new GiteaConversation(api);
  }

  /// What a short answer was before the last look.
  ///
  /// @param lookedAt when everything was read, and `askedAt` when the host was asked last, both by
  ///     [System#nanoTime]
  private record Noted(Brief brief, long lookedAt, long askedAt) {
    Noted asked(long now) {
      return new Noted(brief, lookedAt, now);
    }
  }

  /// Whatever changes a pull request also changes when it was updated, in seconds: a push a little
  /// later.
  ///
  /// @param isSettled whether the newest update was long enough ago that another one would look
  ///     different
  private record Brief(int open, String newest, String defaultCommit, boolean isSettled) {}

  @Override
  public Optional<Located> locate(String text) {
    var path = after(url + "/", text).or(() -> after(name + "/", text)).orElse("");
    var plain = path.replaceAll("/+$", "").replaceAll("\\.git$", "");
    if (!PATH.matcher(plain).matches()) {
      return Optional.empty();
    }
    // Gitea's names are the same in upper and lower case.
    var repository = new RepositoryName(name, plain.toLowerCase(Locale.ROOT));
    return Optional.of(new Located(url + "/" + repository.path(), Optional.of(repository)));
  }

  /// Names of hosts are the same in upper and lower case.
  private static Optional<String> after(String start, String text) {
    return text.regionMatches(true, 0, start, 0, start.length())
        ? Optional.of(text.substring(start.length()))
        : Optional.empty();
  }

  @Override
  public boolean changed(App app) {
    var known = noted.get(app.name());
    if (known == null) {
      return true;
    }
    var now = System.nanoTime();
    if (!known.brief().isSettled() && now - known.lookedAt() > pace.toNanos()) {
      return true;
    }
    if (now - known.lookedAt() > TRUST_IN_SHORT_ANSWERS.toNanos()) {
      return true;
    }
    if (now - known.askedAt() < pace.toNanos()) {
      return false;
    }
    noted.put(app.name(), known.asked(now));
    try {
      return !brief(app, defaultBranch(repository(app))).equals(known.brief());
    } catch (FaultException e) {
      return true; // the following look reports the failure
    }
  }

  private static String path(App app) {
    return "/repos/" + app.repository().path();
  }

  private JsonNode repository(App app) {
    var repository = api.found(api.get(path(app))).body();
    if (repository.path("empty").asBoolean() || defaultBranch(repository).isEmpty()) {
      throw new FaultException(
          Fault.user("%s is empty; push an `ephemeral.yaml` first".formatted(app.shownSource())));
    }
    return repository;
  }

  private static String defaultBranch(JsonNode repository) {
    return repository.path("default_branch").asText();
  }

  /// What the token's user may not do, which no pull request would say.
  private static Optional<String> warning(App app, JsonNode repository) {
    var may = repository.path("permissions");
    if (may.isMissingNode() || may.path("admin").asBoolean()) {
      return Optional.empty();
    }
    return Optional.of(
        "the token's user is no administrator of %s: commands in comments are not carried out%s"
            .formatted(
                app.repository().path(),
                may.path("push").asBoolean() ? "" : ", and commits get no status"));
  }

  private Brief brief(App app, String defaultBranch) {
    var newest = "/pulls?state=open&sort=recentupdate&limit=1";
    var pulls = api.found(api.get(path(app) + newest));
    var first = pulls.body().path(0);
    var updated = first.path("updated_at").asText();
    return new Brief(
        pulls.total(),
        "%s %s %s"
            .formatted(first.path("number").asText(), updated, first.at("/head/sha").asText()),
        commit(app, defaultBranch),
        first.isMissingNode() || isBefore(updated, pulls.date()));
  }

  /// By the host's own clock.
  private static boolean isBefore(String updated, String date) {
    try {
      var at = OffsetDateTime.parse(updated).toInstant();
      var now = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
      return Duration.between(at, now).compareTo(A_SECOND_PASSED) >= 0;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private String commit(App app, String branch) {
    var answer = api.found(api.get(path(app) + "/branches/" + GiteaApi.segment(branch)));
    return answer.body().path("commit").path("id").asText();
  }

  /// The short answer is asked for first: what changes during the look is seen by the next one.
  @Override
  public Seen look(App app) {
    var repository = repository(app);
    var brief = brief(app, defaultBranch(repository));
    var seen = seen(app, repository);
    var now = System.nanoTime();
    noted.put(app.name(), new Noted(brief, now, now));
    return seen;
  }

  /// Commits that were pushed between the answer of the API and the fetch may be missing once.
  private Seen seen(App app, JsonNode repository) {
    var defaultBranch = defaultBranch(repository);
    for (int tries = 1; ; tries++) {
      var open = open(app);
      var refs = new HashSet<String>();
      refs.add(Constants.R_HEADS + defaultBranch);
      open.forEach(each -> refs.addAll(refs(each)));
      var fetched = sources.work(app, mirror -> fetch(mirror, app, refs, open));
      var base = fetched.heads().get(Constants.R_HEADS + defaultBranch);
      var missing = fetched.missing();
      var isLast = tries == MOST_FETCHES;
      if (base != null && (missing.isEmpty() || isLast)) {
        return new Seen(defaultBranch, base.name(), open, missing, warning(app, repository));
      }
      if (isLast) {
        throw new FaultException(
            new Fault(
                Fault.Kind.EXTERNAL,
                "the commit of branch %s cannot be fetched from %s yet"
                    .formatted(defaultBranch, app.shownSource()),
                refs.toString()));
      }
    }
  }

  /// One that is closed while pages are read moves another one to a page that was read already. So
  /// a list of several pages is believed when two readings have the same pull requests.
  private List<PullRequest> open(App app) {
    var before = Optional.<Set<Integer>>empty();
    for (int tries = 0; tries < MOST_READINGS; tries++) {
      var listed = api.all(path(app) + "/pulls?state=open&sort=oldest");
      var open = read(app, listed.items());
      if (listed.pages() == 1 || before.equals(Optional.of(open.keySet()))) {
        return List.copyOf(open.values());
      }
      before = Optional.of(open.keySet());
    }
    throw new FaultException(
        new Fault(
            Fault.Kind.EXTERNAL,
            "the pull requests of %s change while they are read".formatted(app.shownSource()),
            ""));
  }

  /// By their numbers, in order.
  private SortedMap<Integer, PullRequest> read(App app, List<JsonNode> all) {
    try {
      var open = new TreeMap<Integer, PullRequest>();
      for (var json : all) {
        var pullRequest = PullRequestJson.read(json, app.repository());
        open.put(pullRequest.number(), pullRequest);
      }
      return open;
    } catch (IllegalArgumentException e) {
      var message = "%s gave an answer that cannot be read: %s".formatted(url, e.getMessage());
      throw new FaultException(Fault.external(message, e), e);
    }
  }

  /// Gitea moves the ref of a pull request some time after its branch, which may be deleted.
  /// Nothing of strangers is fetched: a small pack can unfold to more than the memory holds.
  private static List<String> refs(PullRequest pullRequest) {
    var ref = "refs/pull/%d/head".formatted(pullRequest.number());
    return pullRequest.trust() instanceof Trust.Own
        ? List.of(ref, Constants.R_HEADS + pullRequest.branch())
        : List.of();
  }

  private record Fetched(Map<String, ObjectId> heads, Set<PullRequestRef> missing) {}

  private Fetched fetch(Repository mirror, App app, Set<String> refs, List<PullRequest> open)
      throws GitAPIException, IOException {
    var remote = Remote.of(url + "/" + app.repository().path() + ".git", USER, token);
    var heads = remote.fetch(mirror, refs::contains);
    var missing = new HashSet<PullRequestRef>();
    for (var each : open) {
      var isWanted = each.trust() instanceof Trust.Own;
      if (isWanted && !mirror.getObjectDatabase().has(ObjectId.fromString(each.commit()))) {
        missing.add(each.ref());
      }
    }
    return new Fetched(heads, missing);
  }

  @Override
  public Optional<Conversation> conversation(RepositoryName repository) {
    return Optional.of(conversation);
  }

  @Override
  public void subscribe(App app) {
    hooks.ensure(app);
  }

  @Override
  public void unsubscribe(App app) {
    hooks.remove(app);
  }

  @Override
  public void forget(App app) {
    noted.remove(app.name());
    sources.forget(Mirror.of(app.name()));
  }
}
