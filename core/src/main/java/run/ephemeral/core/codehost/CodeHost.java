package run.ephemeral.core.codehost;

import java.util.List;
import run.ephemeral.core.app.App;
import run.ephemeral.core.pullrequest.PullRequest;

/// Port: the source of pull requests.
public interface CodeHost {
  /// Asks the host for open pull requests, and fetches their commits into [Sources]. Blocks.
  ///
  /// Idempotent. A number that was given to a branch stays with that branch until the branch is
  /// deleted, and is never reused.
  ///
  /// @throws run.ephemeral.core.FaultException EXTERNAL when the host cannot be reached, USER when
  ///     the source is no repository
  Seen look(App app);

  /// Whether anything may have changed since the last [#look], found out as cheaply as the host
  /// allows.
  boolean changed(App app);

  /// Deletes everything stored for the app, also in [Sources]. Safe when nothing is stored.
  void forget(App app);

  /// @param open in order of their numbers
  record Seen(String defaultBranch, String defaultCommit, List<PullRequest> open) {
    public Seen {
      open = List.copyOf(open);
    }
  }
}
