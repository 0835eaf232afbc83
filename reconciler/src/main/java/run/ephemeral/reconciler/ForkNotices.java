package run.ephemeral.reconciler;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.app.App;
import run.ephemeral.core.pullrequest.PullRequest;

/// Tells pull requests of forks why they have no environment.
public interface ForkNotices {
  /// Notes what is to be told. Asks nobody.
  ///
  /// @param waiting all of the app that have no environment, since nobody approved their commit
  /// @param whyNever why none of their commits runs, whoever approves it
  void seen(App app, List<PullRequest> waiting, Optional<String> whyNever);

  /// One of the app has an environment now, which is reported where this would be told.
  void overwritten(App app, PullRequest pullRequest);
}
