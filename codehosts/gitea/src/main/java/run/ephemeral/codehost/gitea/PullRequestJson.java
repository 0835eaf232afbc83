package run.ephemeral.codehost.gitea;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.ObjectId;
import run.ephemeral.core.pullrequest.Facts;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.pullrequest.Trust;

/// Reads pull requests of Gitea's API.
final class PullRequestJson {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  private PullRequestJson() {}

  /// A commit that is none cannot be fetched, which is said of that pull request only.
  ///
  /// @throws IllegalArgumentException when it is no pull request
  static PullRequest read(JsonNode json, RepositoryName repository) {
    var number = json.path("number").asInt();
    var sha = json.path("head").path("sha").asText();
    if (number <= 0) {
      throw new IllegalArgumentException("not a pull request with a number");
    }
    var commit = COMMIT.matcher(sha).matches() ? sha : ObjectId.zeroId().name();
    var labels = new HashSet<String>();
    json.path("labels").forEach(label -> labels.add(label.path("name").asText()));
    return new PullRequest(
        new PullRequestRef(repository, number),
        new Head(commit, branch(json), Optional.of(json.path("base").path("ref").asText())),
        new Facts(
            json.path("title").asText(), author(json), labels, json.path("draft").asBoolean()),
        trust(json));
  }

  private static String author(JsonNode json) {
    return json.path("user").path("login").asText();
  }

  /// `label` names the branch also when it was deleted, `ref` does not.
  private static String branch(JsonNode json) {
    var label = json.path("head").path("label").asText();
    return label.isEmpty() ? json.path("head").path("ref").asText() : label;
  }

  /// Commits of a branch of the repository itself were pushed by somebody who may. Others are of a
  /// fork, which may be deleted, or were pushed to `refs/for/…`, which whoever may read the
  /// repository can do: the API then names the repository itself, and no branch.
  private static Trust trust(JsonNode json) {
    var head = json.path("head");
    var theirs = head.path("repo").path("id").asLong();
    var ours = json.path("base").path("repo").path("id").asLong();
    var isOwn = ours > 0 && theirs == ours && !head.path("label").asText().isEmpty();
    var owner = head.path("repo").path("owner").path("login").asText();
    return isOwn
        ? new Trust.Own()
        : new Trust.Fork(theirs == ours || owner.isEmpty() ? author(json) : owner);
  }
}
