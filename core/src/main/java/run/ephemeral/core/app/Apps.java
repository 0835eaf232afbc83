package run.ephemeral.core.app;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.pullrequest.Approval;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.spec.AppName;

/// Port: the apps that are followed, and what was last seen of their pull requests.
public interface Apps {
  List<App> all();

  Optional<App> find(AppName name);

  /// @return false, changing nothing, when the name or the label is taken, or the code host of the
  ///     repository was removed
  boolean add(App app);

  /// Forgets the app and its pull requests.
  void remove(AppName name);

  /// Replaces what the code host reported before.
  void saw(AppName app, String defaultBranch, List<PullRequest> open);

  /// Stores why the code host could not be read; empty when it could.
  void trouble(AppName app, Optional<String> problem);

  /// The last known pull requests, in order of their numbers.
  List<PullRequest> pullRequests(AppName app);

  /// A pull request as it was last known; empty when it was not open.
  default Optional<PullRequest> pullRequest(AppName app, PullRequestRef ref) {
    return pullRequests(app).stream().filter(known -> known.ref().equals(ref)).findFirst();
  }

  /// Prevents a new environment for this pull request until its head is another commit.
  void dismiss(AppName app, PullRequestRef pullRequest, String commit);

  /// The commit at which each pull request was dismissed.
  Map<PullRequestRef, String> dismissed(AppName app);

  /// Revokes a dismissal.
  void readmit(AppName app, PullRequestRef pullRequest);

  /// Lets a commit of a fork run. It stays approved when others are pushed after it.
  void approve(AppName app, PullRequestRef pullRequest, Approval approval);

  /// What was approved of each pull request.
  Map<PullRequestRef, List<Approval>> approvals(AppName app);
}
