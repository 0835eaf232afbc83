package run.ephemeral.core.environment;

import java.util.List;
import run.ephemeral.core.pullrequest.PullRequest;

/// What an environment is a copy of.
public sealed interface Origin {
  /// The newest state of pull requests that belong together.
  ///
  /// @param lead after which it is named
  /// @param linked of other repositories of the app, whose heads it runs as well
  record OfPullRequests(PullRequest lead, List<PullRequest> linked) implements Origin {
    public OfPullRequests {
      linked = List.copyOf(linked);
    }

    public OfPullRequests(PullRequest lead) {
      this(lead, List.of());
    }
  }

  /// A folder of this machine.
  record OfWorkingTree(String directory, String branch, String title, String author)
      implements Origin {}

  /// What is written about it cannot be read.
  record Unknown() implements Origin {}
}
