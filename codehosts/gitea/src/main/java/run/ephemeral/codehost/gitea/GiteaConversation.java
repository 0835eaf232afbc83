package run.ephemeral.codehost.gitea;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.codehost.rest.OwnComments;
import run.ephemeral.codehost.rest.Pages;
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
import run.ephemeral.core.report.Status;

/// Comments, statuses and permissions of one Gitea.
final class GiteaConversation implements Conversation {
  /// Gitea sets the time of an edit when it stores the comment, which may be a second later.
  private static final Duration STORED_WITHIN = Duration.ofSeconds(1);

  private static final Pattern PULL_REQUEST = Pattern.compile(".*/pulls/([0-9]{1,9})");
  private static final int LONGEST_STATUS = 255;

  private static final List<Duration> SPANS =
      List.of(Duration.ofDays(30), Duration.ofHours(12), Duration.ofMinutes(10));
  private static final Logger LOG = LoggerFactory.getLogger(GiteaConversation.class);

  private final GiteaApi api;
  private final String url;
  private final OwnComments own;
  private volatile @Nullable String self;

  /// @param url where the pages of this Gitea begin
  GiteaConversation(GiteaApi api, String url) {
    this.api = api;
    this.url = url;
    own = new OwnComments(new Host(), Set.of(404, 204));
  }

  /// Never changes: another token is another object.
  @Override
  public String self() {
    var known = self;
    if (known == null) {
      known = api.found(api.get("/user")).body().path("login").asText();
      self = known;
    }
    return known;
  }

  private static String path(RepositoryName repository) {
    return "/repos/" + repository.path();
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
    var body = new HashMap<String, String>();
    body.put("context", status.name());
    body.put("state", status.state().name().toLowerCase(Locale.ROOT));
    var text = status.text();
    body.put(
        "description", text.length() > LONGEST_STATUS ? text.substring(0, LONGEST_STATUS) : text);
    status.url().ifPresent(url -> body.put("target_url", url));
    api.found(api.send("POST", path(repository) + "/statuses/" + commit, body));
  }

  @Override
  public void react(PullRequestRef pullRequest, String comment, Reaction reaction) {
    var word =
        switch (reaction) {
          case EYES -> "eyes";
          case DONE -> "+1";
        };
    var path = OwnComments.path(comment) + "/reactions";
    api.found(api.send("POST", path(pullRequest.repository()) + path, Map.of("content", word)));
  }

  /// The host lists comments at issues, too, and edited ones. So a long time is read in parts, and
  /// a part with too many is made shorter.
  @Override
  public Read comments(App app, Instant since) {
    for (var span : SPANS) {
      try {
        return comments(app, since, span);
      } catch (Pages.TooMany e) {
        LOG.warn("app {}: too many comments in {} since {}", app.name(), span, since);
      }
    }
    throw new FaultException(
        new Fault(Fault.Kind.EXTERNAL, "too many comments were written since " + since, ""));
  }

  private Read comments(App app, Instant since, Duration span) throws Pages.TooMany {
    var path =
        "%s/issues/comments?since=%s&before=%s"
            .formatted(path(app.repository()), seconds(since), seconds(since.plus(span)));
    var listed = api.listed(path);
    var all = new ArrayList<Comment>();
    for (var json : listed.items()) {
      if (!own.isWritten(json)) {
        read(json, app.repository()).ifPresent(all::add);
      }
    }
    all.sort(Comparator.comparing(Comment::at));
    var end = since.plus(span).truncatedTo(ChronoUnit.SECONDS);
    var isAll = listed.date().isBefore(end);
    return new Read(all, isAll ? listed.date() : end, isAll);
  }

  private static String seconds(Instant time) {
    return URLEncoder.encode(time.truncatedTo(ChronoUnit.SECONDS).toString(), UTF_8);
  }

  /// @return empty for a comment at an issue
  private Optional<Comment> read(JsonNode json, RepositoryName repository) {
    var pullRequest = PULL_REQUEST.matcher(json.path("pull_request_url").asText());
    if (!pullRequest.matches()) {
      return Optional.empty();
    }
    try {
      var at = time(json, "created_at");
      return Optional.of(
          new Comment(
              json.path("id").asText(),
              new PullRequestRef(repository, Integer.parseInt(pullRequest.group(1))),
              json.path("user").path("login").asText(),
              json.path("body").asText(),
              at,
              time(json, "updated_at").isAfter(at.plus(STORED_WITHIN))));
    } catch (DateTimeException e) {
      throw new FaultException(Fault.external("a comment cannot be read: " + e.getMessage(), e), e);
    }
  }

  private static Instant time(JsonNode json, String key) {
    return OffsetDateTime.parse(json.path(key).asText()).toInstant();
  }

  @Override
  public Approvals approvals(Set<PullRequestRef> some, Instant since) {
    var path = path(some.iterator().next().repository());
    var newest = api.found(api.get(path + "/pulls?state=open&sort=recentupdate&limit=50"));
    return Reviews.approving(
        newest.body().valueStream().toList(), some, since, list -> api.all(path + list).items());
  }

  @Override
  public String comparison(RepositoryName repository, Head head) {
    return Repositories.comparison(url, repository, head);
  }

  @Override
  public Access access(RepositoryName repository, String person) {
    var who = Rest.segment(person);
    var answer = api.get("%s/collaborators/%s/permission".formatted(path(repository), who));
    if (answer.status() == 404) {
      return Access.NONE;
    }
    if (answer.status() == 403) {
      throw new FaultException(
          Fault.user(
              "%s cannot see who may push to %s: it has to be an administrator of the repository"
                  .formatted(self(), repository.path())));
    }
    return switch (api.found(answer).body().path("permission").asText()) {
      case "owner", "admin", "write" -> Access.WRITE;
      case "read" -> Access.READ;
      default -> Access.NONE;
    };
  }

  /// The requests of this Gitea.
  private final class Host implements OwnComments.Host {
    @Override
    public Answer get(RepositoryName repository, String path) {
      return api.get(path(repository) + path);
    }

    @Override
    public Answer send(RepositoryName repository, String method, String path, Map<String, ?> body) {
      return api.send(method, path(repository) + path, body);
    }

    @Override
    public Answer found(Answer answer) {
      return api.found(answer);
    }

    @Override
    public List<JsonNode> list(RepositoryName repository, String path) {
      return api.found(get(repository, path)).body().valueStream().toList();
    }

    @Override
    public boolean isOurs(JsonNode comment) {
      return comment.path("user").path("login").asText().equals(self());
    }
  }
}
