package run.ephemeral.core.pullrequest;

import java.util.Optional;

/// The proposed commit. A change of it is a push.
///
/// @param branch the source branch; its name is chosen by strangers
/// @param base the target branch; empty when the code host does not report it, or when it was not
///     stored
public record Head(String commit, String branch, Optional<String> base) {
  /// Whether somebody pushed, or changed the target branch, since `before`.
  public boolean movedFrom(Head before) {
    var changedBase = base.isPresent() && before.base.isPresent() && !base.equals(before.base);
    return changedBase || !commit.equals(before.commit) || !branch.equals(before.branch);
  }
}
