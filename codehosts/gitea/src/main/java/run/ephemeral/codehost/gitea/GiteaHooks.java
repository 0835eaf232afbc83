package run.ephemeral.codehost.gitea;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHostAccess.Hook;
import run.ephemeral.core.pullrequest.RepositoryName;

/// The webhooks of repositories of one Gitea, by which it tells the control plane of changes. What
/// they do not tell is found by asking, so that nothing here may fail a look.
final class GiteaHooks {
  private static final Logger LOG = LoggerFactory.getLogger(GiteaHooks.class);
  private static final List<String> EVENTS =
      List.of(
          "push",
          "pull_request",
          "pull_request_label",
          "pull_request_sync",
          "pull_request_comment",
          "pull_request_review_approved",
          "issue_comment",
          "repository");

  private static final Duration BETWEEN_CHECKS = Duration.ofMinutes(10);
  private static final Duration AFTER_TROUBLE = Duration.ofMinutes(1);

  private final Map<RepositoryName, Long> due = new ConcurrentHashMap<>();
  private final GiteaApi api;
  private final Optional<Hook> hook;

  GiteaHooks(GiteaApi api, Optional<Hook> hook) {
    this.api = api;
    this.hook = hook;
  }

  private static String path(App app) {
    return "/repos/%s/hooks".formatted(app.repository().path());
  }

  /// Makes the webhook of a repository if it is not there, or not as it has to be. Asks the host
  /// only now and then.
  void ensure(App app) {
    var now = System.nanoTime();
    if (hook.isEmpty() || now - due.getOrDefault(app.repository(), now) < 0) {
      return;
    }
    var isDone = false;
    try {
      ensure(app, hook.get());
      isDone = true;
    } catch (FaultException e) {
      LOG.warn("app {} gets no webhook, and is asked about: {}", app.name(), e.getMessage());
    } finally {
      var wait = isDone ? BETWEEN_CHECKS : AFTER_TROUBLE;
      due.put(app.repository(), System.nanoTime() + wait.toNanos());
    }
  }

  private void ensure(App app, Hook all) {
    var wished = all.of(app.repository().path());
    var isThere = false;
    for (var known : of(app, all)) {
      if (isThere || !url(known).equals(wished.url())) {
        delete(app, known);
        continue;
      }
      isThere = true;
      if (!isActive(known)) {
        api.found(api.send("PATCH", path(app) + "/" + id(known), body(wished)));
      }
    }
    if (!isThere) {
      api.found(api.send("POST", path(app), body(wished)));
    }
  }

  private static boolean isActive(JsonNode known) {
    var events = new HashSet<String>();
    known.path("events").forEach(event -> events.add(event.asText()));
    return known.path("active").asBoolean() && events.containsAll(EVENTS);
  }

  private static Map<String, ?> body(Hook hook) {
    var config = Map.of("url", hook.url(), "content_type", "json", "secret", hook.secret());
    return Map.of("type", "gitea", "active", true, "events", EVENTS, "config", config);
  }

  void remove(App app) {
    try {
      hook.ifPresent(all -> of(app, all).forEach(known -> delete(app, known)));
    } catch (FaultException e) {
      LOG.warn("the webhook of app {} may be left: {}", app.name(), e.getMessage());
    } finally {
      due.remove(app.repository());
    }
  }

  private void delete(App app, JsonNode known) {
    var answer = api.send("DELETE", path(app) + "/" + id(known), Map.of());
    if (answer.status() != 404) {
      api.found(answer);
    }
  }

  private static String id(JsonNode known) {
    return known.path("id").asText();
  }

  private static String url(JsonNode known) {
    return known.path("config").path("url").asText();
  }

  /// Those of this control plane, also with another secret.
  private List<JsonNode> of(App app, Hook all) {
    return api.all(path(app) + "?").items().stream()
        .filter(known -> url(known).equals(all.url()) || url(known).startsWith(all.url() + "?"))
        .filter(known -> id(known).matches("[0-9]+"))
        .toList();
  }
}
