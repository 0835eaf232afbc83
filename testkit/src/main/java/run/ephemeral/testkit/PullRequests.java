package run.ephemeral.testkit;

import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.pullrequest.Facts;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.spec.AppName;

/// Pull requests of a plain git repository that is followed as `shop`.
public final class PullRequests {
  private PullRequests() {}

  public static PullRequest of(
      int number, String title, String branch, String author, String commit) {
    var repository = RepositoryName.git(new AppName("shop"));
    return new PullRequest(
        new PullRequestRef(repository, number),
        new Head(commit, branch, Optional.empty()),
        new Facts(title, author, Set.of(), false),
        new Trust.Own());
  }
}
