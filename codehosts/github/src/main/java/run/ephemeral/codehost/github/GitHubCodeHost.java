package run.ephemeral.codehost.github;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import run.ephemeral.codehost.rest.OpenPullRequests;
import run.ephemeral.codehost.rest.Repositories;
import run.ephemeral.codehost.rest.Rest;
import run.ephemeral.codehost.rest.Rest.Answer;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.GitSources;
import run.ephemeral.source.Remote;

/// The pull requests of one GitHub. What they are is asked of its API, their commits are fetched by
/// git.
final class GitHubCodeHost implements CodeHost {
  /// After this time everything is read again, whatever the short answers say.
  private static final Duration TRUST_IN_SHORT_ANSWERS = Duration.ofMinutes(10);

  /// Between two times in whole seconds.
  private static final Duration A_SECOND_PASSED = Duration.ofSeconds(2);

  /// After which what changed within the same second is seen.
  private static final Duration SOON = Duration.ofSeconds(3);

  /// With a token as password.
  private static final String USER = "x-access-token";

  /// Whatever changes a pull request makes it the first one of these, also closing it.
  private static final String NEWEST = "/pulls?state=all&sort=updated&direction=desc&per_page=1";

  private final String name;
  private final GitHubApi api;
  private final GitSources sources;
  private final Duration pace;
  private final Conversation conversation;
  private final MergeQueue mergeQueue;
  private final PipelineTokens tokens;
  private final Map<AppName, Noted> noted = new ConcurrentHashMap<>();
  private final Map<RepositoryName, Id> ids = new ConcurrentHashMap<>();

  /// @param pace between two questions whether anything changed
  GitHubCodeHost(
      String name, GitHubApi api, Conversation conversation, GitSources sources, Duration pace) {
    this.name = name;
    this.api = api;
    this.conversation = conversation;
    mergeQueue = new MergeQueue(api);
    tokens = new PipelineTokens(name, api.url());
    this.sources = sources;
    this.pace = pace;
  }

  /// @param at by [System#nanoTime]
  private record Id(String id, long at) {}

  /// What was answered before the last look. Asking whether that is still so costs nothing of
  /// GitHub's rate limit while it is.
  ///
  /// @param newest the answer about the newest pull request, `branch` that about the default
  /// branch,
  ///     `queue` that about the branches of merge queues
  /// @param isSettled whether the newest change was long enough ago that another one would look
  ///     different
  /// @param lookedAt when everything was read, and `askedAt` when the host was asked last, both by
  ///     [System#nanoTime]
  private record Noted(
      String defaultBranch,
      Brief newest,
      Brief branch,
      Brief queue,
      boolean isSettled,
      long lookedAt,
      long askedAt) {
    boolean isAsIn(Noted other) {
      return newest.content().equals(other.newest().content())
          && branch.content().equals(other.branch().content())
          && queue.content().equals(other.queue().content());
    }

    Noted with(Brief newest, Brief branch, Brief queue) {
      return new Noted(defaultBranch, newest, branch, queue, isSettled, lookedAt, askedAt);
    }

    Noted asked(long now) {
      return new Noted(defaultBranch, newest, branch, queue, isSettled, lookedAt, now);
    }
  }

  /// What counts of an answer. Its tag also changes with what does not, such as the number of
  /// stars.
  private record Brief(String tag, String content) {
    static Brief newest(Answer answer) {
      var first = answer.body().path(0);
      return new Brief(
          answer.header("ETag"),
          String.join(
              " ",
              first.path("number").asText(),
              first.path("updated_at").asText(),
              first.at("/head/sha").asText()));
    }

    static Brief queue(Answer answer) {
      var commits = answer.body().findValuesAsText("sha");
      return new Brief(answer.header("ETag"), String.join(" ", commits));
    }

    static Brief branch(Answer answer) {
      return new Brief(answer.header("ETag"), answer.body().at("/commit/sha").asText());
    }
  }

  @Override
  public Optional<Located> locate(String text) {
    return Repositories.locate(name, api.url(), text);
  }

  @Override
  public boolean changed(App app) {
    var known = noted.get(app.name());
    if (known == null) {
      return true;
    }
    var now = System.nanoTime();
    var soon = pace.compareTo(SOON) < 0 ? pace : SOON;
    if (!known.isSettled() && now - known.lookedAt() > soon.toNanos()) {
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
      var newest = again(app, NEWEST, known.newest(), Brief::newest);
      var branch = again(app, branch(known.defaultBranch()), known.branch(), Brief::branch);
      var queue = again(app, MergeQueue.REFS, known.queue(), Brief::queue);
      var seen = known.with(newest, branch, queue);
      if (seen.isAsIn(known)) {
        noted.computeIfPresent(app.name(), (_, last) -> last.with(newest, branch, queue));
        return false;
      }
      return true;
    } catch (FaultException e) {
      return true; // the following look reports the failure
    }
  }

  private Brief again(App app, String path, Brief before, Function<Answer, Brief> reader) {
    var tag = Optional.of(before.tag()).filter(text -> !text.isEmpty());
    var answer = api.get(app.repository(), path, tag);
    return answer.status() == 304 ? before : reader.apply(api.found(answer));
  }

  private static String branch(String name) {
    return "/branches/" + Rest.segment(name);
  }

  /// The short answers are asked for first: what changes during the look is seen by the next one.
  @Override
  public Seen look(App app) {
    var repository = repository(app);
    var defaultBranch = repository.path("default_branch").asText();
    var newest = found(app, NEWEST);
    var branch = api.get(app.repository(), branch(defaultBranch));
    if (branch.status() == 404) {
      throw new FaultException(
          Fault.user("%s is empty; push an `ephemeral.yaml` first".formatted(app.shownSource())));
    }
    api.found(branch);
    var queue = found(app, MergeQueue.REFS);
    var seen = seen(app, defaultBranch, warning(app, repository));
    mergeQueue.answer(app, queue.body(), seen.open());
    var now = System.nanoTime();
    noted.put(
        app.name(),
        new Noted(
            defaultBranch,
            Brief.newest(newest),
            Brief.branch(branch),
            Brief.queue(queue),
            isSettled(newest),
            now,
            now));
    return seen;
  }

  private Answer found(App app, String path) {
    return api.found(api.get(app.repository(), path));
  }

  /// A repository that was renamed or transferred is answered with a redirect.
  private JsonNode repository(App app) {
    return found(app, "").body();
  }

  /// By the host's own clock.
  private static boolean isSettled(Answer newest) {
    var first = newest.body().path(0);
    if (first.isMissingNode()) {
      return true;
    }
    try {
      var at = Instant.parse(first.path("updated_at").asText());
      return Duration.between(at, newest.at()).compareTo(A_SECOND_PASSED) >= 0;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static Optional<String> warning(App app, JsonNode repository) {
    return repository.path("archived").asBoolean()
        ? Optional.of("%s is archived: nothing is written there".formatted(app.repository().path()))
        : Optional.empty();
  }

  private Seen seen(App app, String defaultBranch, Optional<String> warning) {
    var repository = app.repository();
    return new OpenPullRequests(
            sources,
            app,
            () -> api.pages(repository).all("/pulls?state=open&sort=created"),
            json -> PullRequestJson.read(json, repository),
            () -> remote(repository))
        .look(defaultBranch, warning);
  }

  private Remote remote(RepositoryName repository) {
    var url = "%s/%s.git".formatted(api.url(), repository.path());
    return Remote.of(url, USER, api.token(repository));
  }

  @Override
  public Pipeline pipeline(String token, Set<String> audiences) {
    return tokens.read(token, audiences);
  }

  @Override
  public boolean isThere(Pipeline pipeline) {
    var now = System.nanoTime();
    var known = ids.get(pipeline.repository());
    if (known == null || now - known.at() > TRUST_IN_SHORT_ANSWERS.toNanos()) {
      var answer = api.found(api.get(pipeline.repository(), ""));
      known = new Id(answer.body().path("id").asText(), now);
      ids.put(pipeline.repository(), known);
    }
    return known.id().equals(pipeline.id());
  }

  @Override
  public Optional<Conversation> conversation(RepositoryName repository) {
    return Optional.of(conversation);
  }

  @Override
  public void forget(App app) {
    noted.remove(app.name());
    sources.forget(Mirror.of(app.name()));
  }
}
