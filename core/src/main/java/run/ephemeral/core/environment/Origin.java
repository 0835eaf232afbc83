package run.ephemeral.core.environment;

import run.ephemeral.core.pullrequest.PullRequest;

/// What an environment is a copy of.
public sealed interface Origin {
  /// The newest state of a pull request.
  record OfPullRequest(PullRequest pullRequest) implements Origin {}

  /// A folder of this machine.
  record OfWorkingTree(String directory, String branch, String title, String author)
      implements Origin {}

  /// What is written about it cannot be read.
  record Unknown() implements Origin {}
}
