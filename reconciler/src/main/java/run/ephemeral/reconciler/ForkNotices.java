package run.ephemeral.reconciler;

import java.util.Optional;
import run.ephemeral.core.app.App;
import run.ephemeral.core.pullrequest.PullRequest;

/// Tells pull requests of forks why they have no environment.
@FunctionalInterface
public interface ForkNotices {
  /// Blocks while the code host is asked. What goes wrong is logged, and tried again with a later
  /// look.
  ///
  /// @param whyNever why no commit of it runs, whoever approves it
  void tell(App app, PullRequest pullRequest, Optional<String> whyNever);
}
