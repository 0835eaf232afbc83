package run.ephemeral.codehost.github;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.codehost.rest.Rest;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.report.Status;

/// Statuses of commits as check runs. The newest of a name is shown.
final class CheckRuns {
  private static final int LONGEST_TITLE = 255;
  private static final String COMPLETED = "completed";

  private final GitHubApi api;

  CheckRuns(GitHubApi api) {
    this.api = api;
  }

  void set(RepositoryName repository, String commit, Status status) {
    var isOver = status.state() != Status.State.PENDING;
    var body = body(status);
    var known = known(repository, commit, status.name());
    // What is completed stays so.
    if (known.isPresent() && (isOver || !isCompleted(known.get()))) {
      var path = "/check-runs/" + known.get().path("id").asText();
      api.found(api.send(repository, "PATCH", path, body));
      return;
    }
    body.put("head_sha", commit);
    api.found(api.send(repository, "POST", "/check-runs", body));
  }

  private static boolean isCompleted(JsonNode run) {
    return run.path("status").asText().equals(COMPLETED);
  }

  /// Runs that others made cannot be changed, and are not listed with the id of this App.
  private Optional<JsonNode> known(RepositoryName repository, String commit, String name) {
    var path =
        "/commits/%s/check-runs?filter=latest&per_page=1&app_id=%d&check_name=%s"
            .formatted(commit, api.app(), Rest.segment(name));
    var runs = api.found(api.get(repository, path)).body().path("check_runs");
    return Optional.of(runs.path(0)).filter(run -> run.path("id").asLong() > 0);
  }

  private static Map<String, Object> body(Status status) {
    var body = new HashMap<String, Object>();
    body.put("name", status.name());
    switch (status.state()) {
      case PENDING -> body.put("status", "in_progress");
      case SUCCESS, FAILURE -> {
        body.put("status", COMPLETED);
        body.put("conclusion", status.state() == Status.State.SUCCESS ? "success" : "failure");
      }
    }
    status.url().ifPresent(url -> body.put("details_url", url));
    var text = status.text();
    var title = text.length() > LONGEST_TITLE ? text.substring(0, LONGEST_TITLE) : text;
    body.put("output", Map.of("title", title.isEmpty() ? status.name() : title, "summary", text));
    return body;
  }
}
