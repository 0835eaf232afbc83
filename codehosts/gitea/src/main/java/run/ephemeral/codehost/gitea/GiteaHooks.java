package run.ephemeral.codehost.gitea;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHostAccess.Hook;

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

  private final GiteaApi api;
  private final Optional<Hook> hook;

  GiteaHooks(GiteaApi api, Optional<Hook> hook) {
    this.api = api;
    this.hook = hook;
  }

  private static String path(App app) {
    return "/repos/%s/hooks".formatted(app.repository().path());
  }

  /// Makes the webhook of a repository if it is not there.
  void ensure(App app) {
    hook.ifPresent(
        known -> {
          try {
            if (find(app, known).isEmpty()) {
              api.found(api.send("POST", path(app), body(known)));
            }
          } catch (FaultException e) {
            LOG.warn("app {} gets no webhook, and is asked about: {}", app.name(), e.getMessage());
          }
        });
  }

  private static Map<String, ?> body(Hook hook) {
    var config = Map.of("url", hook.url(), "content_type", "json", "secret", hook.secret());
    return Map.of("type", "gitea", "active", true, "events", EVENTS, "config", config);
  }

  void remove(App app) {
    hook.ifPresent(
        known -> {
          try {
            find(app, known).ifPresent(id -> api.send("DELETE", path(app) + "/" + id, Map.of()));
          } catch (FaultException e) {
            LOG.warn("the webhook of app {} may be left: {}", app.name(), e.getMessage());
          }
        });
  }

  private Optional<String> find(App app, Hook known) {
    for (var each : api.all(path(app) + "?").items()) {
      if (each.path("config").path("url").asText().equals(known.url())) {
        return Optional.of(each.path("id").asText());
      }
    }
    return Optional.empty();
  }
}
