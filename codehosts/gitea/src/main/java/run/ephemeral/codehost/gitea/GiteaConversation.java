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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.codehost.rest.Pages;
import run.ephemeral.codehost.rest.Rest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.report.Status;

/// Comments, statuses and permissions of one Gitea.
final class GiteaConversation implements Conversation {
  /// In every comment of this program, so that it never reads its own.
  private static final String OURS = "<!-- ephemeral.run";

  /// Gitea sets the time of an edit when it stores the comment, which may be a second later.
  private static final Duration STORED_WITHIN = Duration.ofSeconds(1);

  private static final Pattern PULL_REQUEST = Pattern.compile(".*/pulls/([0-9]{1,9})");
  private static final int LONGEST_STATUS = 255;

  private static final List<Duration> SPANS =
      List.of(Duration.ofDays(30), Duration.ofHours(12), Duration.ofMinutes(10));
  private static final Logger LOG = LoggerFactory.getLogger(GiteaConversation.class);

  private final GiteaApi api;
  private volatile @Nullable String self;

  GiteaConversation(GiteaApi api) {
    this.api = api;
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

  private static String issue(PullRequestRef ref) {
    return "%s/issues/%d".formatted(path(ref.repository()), ref.number());
  }

  private static String comment(PullRequestRef ref, String id) {
    return "%s/issues/comments/%s".formatted(path(ref.repository()), id);
  }

  @Override
  public String comment(
      PullRequestRef pullRequest, Optional<String> known, String marker, String text) {
    if (known.isPresent() && edited(pullRequest, known.get(), text)) {
      return known.get();
    }
    for (var each : api.found(api.get(issue(pullRequest) + "/comments")).body()) {
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
    return comment.path("user").path("login").asText().equals(self());
  }

  /// @return false when there is no such comment, or it is of another user, whose token was
  ///     replaced
  private boolean edited(PullRequestRef ref, String id, String text) {
    var answer = api.send("PATCH", comment(ref, id), Map.of("body", text));
    if (answer.status() == 404 || answer.status() == 204) {
      return false;
    }
    if (answer.status() == 403 && !isOurs(api.get(comment(ref, id)).body())) {
      return false;
    }
    api.found(answer);
    return true;
  }

  private String write(PullRequestRef ref, String text) {
    var answer = api.send("POST", issue(ref) + "/comments", Map.of("body", text));
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
    api.found(
        api.send("POST", comment(pullRequest, comment) + "/reactions", Map.of("content", word)));
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
      if (!(isOurs(json) && json.path("body").asText().startsWith(OURS))) {
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
}
