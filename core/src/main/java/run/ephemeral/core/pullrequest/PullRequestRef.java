package run.ephemeral.core.pullrequest;

/// Identifies a pull request.
///
/// @param number never reused within the repository
public record PullRequestRef(RepositoryName repository, int number) {
  @Override
  public String toString() {
    return repository + "#" + number;
  }
}
