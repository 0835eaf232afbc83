package run.ephemeral.core.report;

import java.util.Optional;

/// A status of a commit, such as a check that a merge may depend on.
///
/// @param name such as `ephemeral/shop`
/// @param text one line
/// @param url where to look
public record Status(String name, State state, String text, Optional<String> url) {
  /// The state that decides about a merge.
  public enum State {
    PENDING,
    SUCCESS,
    FAILURE
  }
}
