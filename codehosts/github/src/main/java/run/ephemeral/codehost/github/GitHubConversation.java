package run.ephemeral.codehost.github;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import run.ephemeral.codehost.rest.OwnComments;
import run.ephemeral.codehost.rest.Pages.Listed;
import run.ephemeral.codehost.rest.Pages.TooMany;
import run.ephemeral.codehost.rest.Repositories;
import run.ephemeral.codehost.rest.Rest;
import run.ephemeral.codehost.rest.Rest.Answer;
import run.ephemeral.codehost.rest.Reviews;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.report.Deployment;
import run.ephemeral.core.report.Status;

/// Comments, check runs, deployments and permissions of one GitHub.
final class GitHubConversation implements Conversation {
  /// Both times of a comment are in whole seconds.
  private static final Duration STORED_WITHIN = Duration.ofSeconds(1);

  private static final Pattern PULL_REQUEST = Pattern.compile(".*/pull/([0-9]{1,9})(#.*)?");

  private final GitHubApi api;
  private final OwnComments own;
  private final CheckRuns checks;
  private final Deployments deployments;
  private volatile @Nullable String self;

  GitHubConversation(GitHubApi api) {
    this.api = api;
    own = new OwnComments(new Host(), Set.of(404, 410));
    checks = new CheckRuns(api);
    deployments = new Deployments(api);
  }

  /// Never changes: another key is another object.
  @Override
  public String self() {
    var known = self;
    if (known == null) {
      known = api.found(api.asApp("GET", "/app")).body().path("slug").asText() + "[bot]";
      self = known;
    }
    return known;
  }

  @Override
  public String comment(
      PullRequestRef pullRequest, Optional<String> known, String marker, String text) {
    return own.put(pullRequest, known, marker, text);
  }

  @Override
  public void answer(PullRequestRef pullRequest, String text) {
    own.answer(pullRequest, text);
  }

  @Override
  public void status(RepositoryName repository, String commit, Status status) {
    checks.set(repository, commit, status);
  }

  @Override
  public void deployment(RepositoryName repository, String commit, Deployment deployment) {
    deployments.set(repository, commit, deployment);
  }

  @Override
  public void react(PullRequestRef pullRequest, String comment, Reaction reaction) {
    var word =
        switch (reaction) {
          case EYES -> "eyes";
          case DONE -> "+1";
        };
    var path = OwnComments.path(comment) + "/reactions";
    api.found(api.send(pullRequest.repository(), "POST", path, Map.of("content", word)));
  }

  /// The host lists comments at issues, too, and edited ones, the one that changed first being the
  /// first. When there are too many, the rest is read next time.
  @Override
  public Read comments(App app, Instant since) {
    var path =
        "/issues/comments?sort=updated&direction=asc&since="
            + URLEncoder.encode(since.truncatedTo(ChronoUnit.SECONDS).toString(), UTF_8);
    try {
      var listed = api.pages(app.repository()).listed(path);
      return new Read(read(listed, app), listed.date(), true);
    } catch (TooMany e) {
      var last = time(e.listed().items().getLast(), "updated_at");
      if (!last.isAfter(since)) {
        throw new FaultException(
            new Fault(Fault.Kind.EXTERNAL, "too many comments were written at " + since, ""));
      }
      return new Read(read(e.listed(), app), last, false);
    }
  }

  private List<Comment> read(Listed listed, App app) {
    var all = new ArrayList<Comment>();
    for (var json : listed.items()) {
      if (!own.isWritten(json)) {
        read(json, app.repository()).ifPresent(all::add);
      }
    }
    all.sort(Comparator.comparing(Comment::at));
    return all;
  }

  /// @return empty for a comment at an issue
  private static Optional<Comment> read(JsonNode json, RepositoryName repository) {
    var pullRequest = PULL_REQUEST.matcher(json.path("html_url").asText());
    if (!pullRequest.matches()) {
      return Optional.empty();
    }
    var at = time(json, "created_at");
    return Optional.of(
        new Comment(
            json.path("id").asText(),
            new PullRequestRef(repository, Integer.parseInt(pullRequest.group(1))),
            json.path("user").path("login").asText(),
            json.path("body").asText(),
            at,
            time(json, "updated_at").isAfter(at.plus(STORED_WITHIN))));
  }

  private static Instant time(JsonNode json, String key) {
    try {
      return Instant.parse(json.path(key).asText());
    } catch (DateTimeException e) {
      throw new FaultException(Fault.external("a comment cannot be read: " + e.getMessage(), e), e);
    }
  }

  @Override
  public Approvals approvals(Set<PullRequestRef> some, Instant since) {
    var repository = some.iterator().next().repository();
    var path = "/pulls?state=open&sort=updated&direction=desc&per_page=100";
    var newest = api.found(api.get(repository, path));
    return Reviews.approving(
        newest.body().valueStream().toList(),
        some,
        since,
        list -> api.pages(repository).all(list).items());
  }

  @Override
  public String comparison(RepositoryName repository, Head head) {
    return Repositories.comparison(api.url(), repository, head);
  }

  @Override
  public Access access(RepositoryName repository, String person) {
    var who = Rest.segment(person);
    var answer = api.get(repository, "/collaborators/%s/permission".formatted(who));
    if (answer.status() == 404) {
      return Access.NONE;
    }
    return switch (api.found(answer).body().path("permission").asText()) {
      case "admin", "write" -> Access.WRITE;
      case "read" -> Access.READ;
      default -> Access.NONE;
    };
  }

  /// The requests of this GitHub.
  private final class Host implements OwnComments.Host {
    @Override
    public Answer get(RepositoryName repository, String path) {
      return api.get(repository, path);
    }

    @Override
    public Answer send(RepositoryName repository, String method, String path, Map<String, ?> body) {
      return api.send(repository, method, path, body);
    }

    @Override
    public Answer found(Answer answer) {
      return api.found(answer);
    }

    @Override
    public List<JsonNode> list(RepositoryName repository, String path) {
      return api.pages(repository).all(path + "?").items();
    }

    @Override
    public boolean isOurs(JsonNode comment) {
      return comment.path("performed_via_github_app").path("id").asLong() == api.app()
          || comment.path("user").path("login").asText().equals(self());
    }
  }
}
