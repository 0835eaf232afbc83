package run.ephemeral.codehost.gitea;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import run.ephemeral.codehost.rest.OpenPullRequests;
import run.ephemeral.codehost.rest.Repositories;
import run.ephemeral.codehost.rest.Rest;
import run.ephemeral.codehost.rest.Rest.Answer;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.CodeHostAccess.Hook;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.pullrequest.RepositoryName;
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

  /// With a token as password, Gitea takes any user name.
  private static final String USER = "ephemeral";

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
    this.conversation = new GiteaConversation(api, url);
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
    return Repositories.locate(name, url, text);
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
        GiteaApi.total(pulls),
        "%s %s %s"
            .formatted(first.path("number").asText(), updated, first.at("/head/sha").asText()),
        commit(app, defaultBranch),
        first.isMissingNode() || isBefore(updated, pulls));
  }

  /// By the host's own clock.
  private static boolean isBefore(String updated, Answer pulls) {
    try {
      var at = OffsetDateTime.parse(updated).toInstant();
      return pulls.date().filter(now -> isSettled(at, now)).isPresent();
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isSettled(Instant at, Instant now) {
    return Duration.between(at, now).compareTo(A_SECOND_PASSED) >= 0;
  }

  private String commit(App app, String branch) {
    var answer = api.found(api.get(path(app) + "/branches/" + Rest.segment(branch)));
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

  private Seen seen(App app, JsonNode repository) {
    return new OpenPullRequests(
            sources,
            app,
            () -> api.all(path(app) + "/pulls?state=open&sort=oldest"),
            json -> PullRequestJson.read(json, app.repository()),
            () -> Remote.of(url + "/" + app.repository().path() + ".git", USER, token))
        .look(defaultBranch(repository), warning(app, repository));
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
