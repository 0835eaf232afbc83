package run.ephemeral.core.report;

import java.util.Optional;

/// Where a commit runs, for hosts that list deployments.
///
/// @param name unique at the repository, such as `pr-shop-7`
/// @param text one line
/// @param url where to look
public record Deployment(String name, State state, String text, Optional<String> url) {
  /// How far it is.
  public enum State {
    RUNNING,
    READY,
    FAILED,
    /// It is gone.
    INACTIVE
  }
}
