package run.ephemeral.core.app;

import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.spec.AppName;

/// A repository whose pull requests get environments.
///
/// @param label what its environments are named after: `pr-<label>-<number>`; no other app has it
/// @param source a path of this machine or a git URL
/// @param defaultBranch as last seen
/// @param problem why it cannot be followed right now
public record App(
    AppName name,
    String label,
    String source,
    String defaultBranch,
    Instant addedAt,
    Optional<String> problem) {
  /// What the code host calls its repository.
  public RepositoryName repository() {
    return RepositoryName.git(name);
  }

  /// What the environment of one of its pull requests is called, when it is made.
  public EnvironmentName environment(int pullRequest) {
    return EnvironmentName.of(label, pullRequest);
  }

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
