package run.ephemeral.codehost.github;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.pullrequest.PullRequest;

/// Answers for the commits of a merge queue, which wait for the required checks of their pull
/// requests. They get no environment: a check that failed at the pull request fails, every other
/// one is neutral, with which GitHub goes on.
final class MergeQueue {
  /// The branches of merge queues.
  static final String REFS = "/git/matching-refs/heads/gh-readonly-queue";

  private static final int MOST_ANSWERED = 1000;
  private static final Pattern PULL_REQUEST = Pattern.compile(".*/pr-([0-9]{1,9})-[0-9a-f]+");
  private static final Logger LOG = LoggerFactory.getLogger(MergeQueue.class);

  private final GitHubApi api;

  /// The apps and commits that were answered for. After a restart they are answered for again.
  private final Set<String> answered =
      Collections.newSetFromMap(
          Collections.synchronizedMap(
              new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                  return size() > MOST_ANSWERED;
                }
              }));

  MergeQueue(GitHubApi api) {
    this.api = api;
  }

  /// What cannot be answered is tried again with the next look.
  ///
  /// @param refs the branches of merge queues, as GitHub lists them
  void answer(App app, JsonNode refs, List<PullRequest> open) {
    for (var ref : refs) {
      var commit = ref.at("/object/sha").asText();
      var key = app.name() + " " + commit;
      var head = head(ref.path("ref").asText(), open);
      if (head.isEmpty() || answered.contains(key)) {
        continue;
      }
      try {
        answer(app, commit, head.get());
        answered.add(key);
      } catch (FaultException e) {
        LOG.warn("app {}: the merge queue gets no answer: {}", app.name(), e.getMessage());
      }
    }
  }

  private static Optional<String> head(String ref, List<PullRequest> open) {
    var number = PULL_REQUEST.matcher(ref);
    return number.matches()
        ? open.stream()
            .filter(each -> each.number() == Integer.parseInt(number.group(1)))
            .map(PullRequest::commit)
            .findFirst()
        : Optional.empty();
  }

  private void answer(App app, String commit, String head) {
    var path =
        "/commits/%s/check-runs?filter=latest&per_page=100&app_id=%d".formatted(head, api.app());
    var runs = api.found(api.get(app.repository(), path)).body().path("check_runs");
    for (var run : runs) {
      var name = run.path("name").asText();
      var status = "ephemeral/" + app.name();
      if (name.equals(status) || name.startsWith(status + "/")) {
        api.found(api.send(app.repository(), "POST", "/check-runs", body(name, commit, run)));
      }
    }
  }

  private static Map<String, ?> body(String name, String commit, JsonNode run) {
    var hasFailed = run.path("conclusion").asText().equals("failure");
    var title = hasFailed ? "failed at the pull request" : "not run in merge queues";
    return Map.of(
        "name",
        name,
        "head_sha",
        commit,
        "status",
        "completed",
        "conclusion",
        hasFailed ? "failure" : "neutral",
        "output",
        Map.of("title", title, "summary", "Commits of merge queues get no environment."));
  }
}
