package run.ephemeral.core.app;

import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.spec.AppName;

/// A repository whose pull requests get environments.
///
/// @param source a path of this machine or a git URL
/// @param defaultBranch as last seen
/// @param problem why it cannot be followed right now
public record App(
    AppName name, String source, String defaultBranch, Instant addedAt, Optional<String> problem) {
  /// The source as it may be shown: without the password that a URL can carry.
  public String shownSource() {
    return Redacted.source(source);
  }

  /// A text as it may be shown that may quote the source, such as a library's message.
  public String shown(String text) {
    return Redacted.text(text, source);
  }

  @Override
  public String toString() {
    return "app " + name + " from " + shownSource();
  }
}
