package run.ephemeral.core.pullrequest;

import java.util.Optional;

/// What a pull request proposes. Another one is a push.
///
/// @param branch from where; chosen by strangers
/// @param base the branch that it is to go into; empty where the code host does not say, or it was
///     not written down
public record Head(String commit, String branch, Optional<String> base) {
  /// Whether somebody pushed, or chose another base, since then.
  public boolean movedFrom(Head before) {
    var changedBase = base.isPresent() && before.base.isPresent() && !base.equals(before.base);
    return changedBase || !commit.equals(before.commit) || !branch.equals(before.branch);
  }
}
