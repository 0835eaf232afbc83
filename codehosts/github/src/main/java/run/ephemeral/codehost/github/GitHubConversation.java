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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import run.ephemeral.codehost.rest.Pages.Listed;
import run.ephemeral.codehost.rest.Pages.TooMany;
import run.ephemeral.codehost.rest.Rest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.report.Deployment;
import run.ephemeral.core.report.Status;

/// Comments, check runs, deployments and permissions of one GitHub.
final class GitHubConversation implements Conversation {
  /// In every comment of this program, so that it never reads its own.
  private static final String OURS = "<!-- ephemeral.run";

  /// Both times of a comment are in whole seconds.
  private static final Duration STORED_WITHIN = Duration.ofSeconds(1);

  private static final Pattern PULL_REQUEST = Pattern.compile(".*/pull/([0-9]{1,9})(#.*)?");

  private final GitHubApi api;
  private final CheckRuns checks;
  private final Deployments deployments;
  private volatile @Nullable String self;

  GitHubConversation(GitHubApi api) {
    this.api = api;
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

  private static String issue(PullRequestRef ref) {
    return "/issues/" + ref.number();
  }

  private static String comment(String id) {
    return "/issues/comments/" + id;
  }

  @Override
  public String comment(
      PullRequestRef pullRequest, Optional<String> known, String marker, String text) {
    if (known.isPresent() && edited(pullRequest, known.get(), text)) {
      return known.get();
    }
    var listed = api.pages(pullRequest.repository()).all(issue(pullRequest) + "/comments?");
    for (var each : listed.items()) {
      var id = each.path("id").asText();
      if (isOurs(each) && each.path("body").asText().startsWith(marker)) {
        if (edited(pullRequest, id, text)) {
          return id;
        }
      }
    }
    return write(pullRequest, text);
  }

  private boolean isOurs(JsonNode comment) {
    return comment.path("performed_via_github_app").path("id").asLong() == api.app()
        || comment.path("user").path("login").asText().equals(self());
  }

  /// @return false when there is no such comment, or it is of another App
  private boolean edited(PullRequestRef ref, String id, String text) {
    var repository = ref.repository();
    var answer = api.send(repository, "PATCH", comment(id), Map.of("body", text));
    if (answer.status() == 404 || answer.status() == 410) {
      return false;
    }
    if (answer.status() == 403 && !isOurs(api.get(repository, comment(id)).body())) {
      return false;
    }
    api.found(answer);
    return true;
  }

  private String write(PullRequestRef ref, String text) {
    var path = issue(ref) + "/comments";
    var answer = api.send(ref.repository(), "POST", path, Map.of("body", text));
    var id = api.found(answer).body().path("id").asText();
    if (!id.matches("[0-9]+")) {
      throw new FaultException(
          new Fault(Fault.Kind.EXTERNAL, "the new comment has no id", answer.body().toString()));
    }
    return id;
  }

  @Override
  public void answer(PullRequestRef pullRequest, String text) {
    write(pullRequest, OURS + " answer -->\n" + text);
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
    var path = comment(comment) + "/reactions";
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
      if (!(isOurs(json) && json.path("body").asText().startsWith(OURS))) {
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
}
