package run.ephemeral.codehost.github;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import run.ephemeral.codehost.rest.Rest;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.report.Deployment;

/// Deployments of commits. All are to one GitHub Environment, since removing one needs permission
/// to administer the repository; the task of a deployment says which one it is.
final class Deployments {
  private static final String ENVIRONMENT = "preview";

  private final GitHubApi api;

  Deployments(GitHubApi api) {
    this.api = api;
  }

  /// Makes this the only deployment of its name, or none when it is gone.
  void set(RepositoryName repository, String commit, Deployment deployment) {
    var task = "deploy:%s@%s".formatted(deployment.name(), deployment.installation());
    var path =
        "/deployments?environment=%s&per_page=100&task=%s"
            .formatted(ENVIRONMENT, Rest.segment(task));
    var id = "";
    for (var each : api.found(api.get(repository, path)).body()) {
      var isOurs = each.path("sha").asText().equals(commit) && id.isEmpty();
      if (isOurs && deployment.state() != Deployment.State.INACTIVE) {
        id = id(each);
      } else {
        end(repository, id(each));
      }
    }
    if (deployment.state() != Deployment.State.INACTIVE) {
      var known = id.isEmpty() ? make(repository, commit, task) : id;
      api.found(api.send(repository, "POST", statuses(known), status(deployment)));
    }
  }

  private static String id(JsonNode deployment) {
    return Long.toString(deployment.path("id").asLong());
  }

  private static String statuses(String id) {
    return "/deployments/%s/statuses".formatted(id);
  }

  /// Only an inactive one can be deleted.
  private void end(RepositoryName repository, String id) {
    var ended = api.send(repository, "POST", statuses(id), Map.of("state", "inactive"));
    if (ended.status() == 404) {
      return;
    }
    api.found(ended);
    var answer = api.send(repository, "DELETE", "/deployments/" + id, Map.of());
    if (answer.status() != 404) {
      api.found(answer);
    }
  }

  /// Without checks of others, and without merging the base branch into it.
  private String make(RepositoryName repository, String commit, String task) {
    var body =
        Map.of(
            "ref",
            commit,
            "task",
            task,
            "environment",
            ENVIRONMENT,
            "auto_merge",
            false,
            "required_contexts",
            List.of(),
            "transient_environment",
            true,
            "production_environment",
            false);
    return id(api.found(api.send(repository, "POST", "/deployments", body)).body());
  }

  /// The one of another pull request stays active.
  private static Map<String, Object> status(Deployment deployment) {
    var body = new HashMap<String, Object>();
    body.put(
        "state",
        switch (deployment.state()) {
          case RUNNING -> "in_progress";
          case READY -> "success";
          case FAILED -> "failure";
          case INACTIVE -> "inactive";
        });
    body.put("auto_inactive", false);
    body.put("environment", ENVIRONMENT);
    deployment.url().ifPresent(url -> body.put("environment_url", url));
    return body;
  }
}
