package run.ephemeral.core.environment;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.pullrequest.PullRequest;

/// The source of an environment.
public sealed interface Origin {
  /// The pull request that is told about the environment; empty where there is nobody to tell.
  default Optional<PullRequest> told() {
    return this instanceof OfPullRequests(var lead, _) && !lead.ref().repository().isPlainGit()
        ? Optional.of(lead)
        : Optional.empty();
  }

  /// Whether the code is of people who may push to the repository.
  default boolean isOwn() {
    return switch (this) {
      case OfPullRequests(var lead, var linked) ->
          lead.trust().isOwn() && linked.stream().allMatch(one -> one.trust().isOwn());
      case OfWorkingTree _ -> true;
      case Unknown() -> false;
    };
  }

  /// The newest state of pull requests that belong together.
  ///
  /// @param lead the pull request that gives the environment its name
  /// @param linked pull requests of other repositories of the app, whose heads run as well
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

  /// The stored origin is unreadable.
  record Unknown() implements Origin {}
}
