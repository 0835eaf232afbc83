package run.ephemeral.core.codehost;

import java.util.List;
import run.ephemeral.core.app.App;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.release.Mirror;

/// Port: where pull requests come from.
public interface CodeHost {
  /// Asks the host what is open, and brings every commit of it into [Sources]. Blocks.
  ///
  /// Idempotent. A number, once given to a branch, stays with it until the branch is gone and
  /// is never given to another.
  ///
  /// @throws run.ephemeral.core.FaultException EXTERNAL when the host cannot be reached, USER
  ///     when
  ///     the source is no repository
  Seen look(App app);

  /// Whether anything may have changed since the last look, told as cheaply as the host allows.
  boolean changed(App app);

  /// Forgets everything kept for the app. Safe when there is nothing.
  void forget(Mirror repository);

  /// @param open in order of their numbers
  record Seen(String defaultBranch, String defaultCommit, List<PullRequest> open) {
    public Seen {
      open = List.copyOf(open);
    }
  }
}
