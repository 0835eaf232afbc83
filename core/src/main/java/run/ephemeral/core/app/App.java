package run.ephemeral.core.app;

import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.spec.AppName;

/// A repository whose pull requests get environments.
///
/// @param label the unique label in the names of its environments: `pr-<label>-<number>`
/// @param repository its name at the code host
/// @param source a path of this machine or a URL
/// @param defaultBranch as last reported by the code host
/// @param problem why the app cannot be followed at present
/// @param cluster on which its environments run; empty for any
public record App(
    AppName name,
    String label,
    RepositoryName repository,
    String source,
    String defaultBranch,
    Instant addedAt,
    Optional<String> problem,
    Optional<ClusterSelector> cluster) {
  /// A plain git repository whose environments run on any cluster.
  public App(
      AppName name,
      String label,
      String source,
      String defaultBranch,
      Instant addedAt,
      Optional<String> problem) {
    this(
        name,
        label,
        RepositoryName.git(name),
        source,
        defaultBranch,
        addedAt,
        problem,
        Optional.empty());
  }

  /// The name for a new environment of this pull request.
  public EnvironmentName environment(int pullRequest) {
    return EnvironmentName.of(label, pullRequest);
  }

  /// Whether an environment of this app has the name of one of a pull request.
  public boolean names(EnvironmentName environment) {
    var number = environment.value().replaceAll("^.*-", "");
    return number.matches("[0-9]{1,9}")
        && environment(Integer.parseInt(number)).equals(environment);
  }

  /// The source without the password that a URL can contain.
  public String shownSource() {
    return Redacted.source(source);
  }

  /// A text that may quote the source, such as a library's message, without that password.
  public String shown(String text) {
    return Redacted.text(text, source);
  }

  @Override
  public String toString() {
    return "app " + name + " from " + shownSource();
  }
}
