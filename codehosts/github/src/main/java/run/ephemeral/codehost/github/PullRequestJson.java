package run.ephemeral.codehost.github;

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

/// Reads pull requests of GitHub's API.
final class PullRequestJson {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /// Who is shown for accounts that were deleted.
  private static final String GHOST = "ghost";

  private PullRequestJson() {}

  /// A commit that is none cannot be fetched, which is said of that pull request only.
  ///
  /// @throws IllegalArgumentException when it is no pull request
  static PullRequest read(JsonNode json, RepositoryName repository) {
    var number = json.path("number").asInt();
    if (number <= 0) {
      throw new IllegalArgumentException("not a pull request with a number");
    }
    var head = json.path("head");
    var sha = head.path("sha").asText();
    var commit = COMMIT.matcher(sha).matches() ? sha : ObjectId.zeroId().name();
    var labels = new HashSet<String>();
    json.path("labels").forEach(label -> labels.add(label.path("name").asText()));
    return new PullRequest(
        new PullRequestRef(repository, number),
        new Head(
            commit, head.path("ref").asText(), Optional.of(json.path("base").path("ref").asText())),
        new Facts(
            json.path("title").asText(),
            login(json.path("user")),
            labels,
            json.path("draft").asBoolean()),
        trust(json));
  }

  private static String login(JsonNode account) {
    var login = account.path("login").asText();
    return login.isEmpty() ? GHOST : login;
  }

  /// Commits of a branch of the repository itself were pushed by somebody who may. The repository
  /// of a fork may be deleted, and then has no id.
  private static Trust trust(JsonNode json) {
    var head = json.path("head");
    var theirs = head.path("repo").path("id").asLong();
    var ours = json.path("base").path("repo").path("id").asLong();
    return ours > 0 && theirs == ours
        ? new Trust.Own()
        : new Trust.Fork(login(head.path("repo").path("owner")));
  }
}
