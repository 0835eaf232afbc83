package run.ephemeral.core.report;

import java.util.Optional;

/// Where a commit runs, for hosts that list deployments.
///
/// @param name of the environment, such as `pr-shop-7`
/// @param installation of which the environment is: others may have one of the same name
/// @param url where to look
public record Deployment(String name, String installation, State state, Optional<String> url) {
  /// How far it is.
  public enum State {
    RUNNING,
    READY,
    FAILED,
    /// It is gone.
    INACTIVE
  }
}
