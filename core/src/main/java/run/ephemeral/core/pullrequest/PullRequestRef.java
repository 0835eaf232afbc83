package run.ephemeral.core.pullrequest;

/// Which pull request.
///
/// @param number never used again for another of the repository
public record PullRequestRef(RepositoryName repository, int number) {
  @Override
  public String toString() {
    return repository + "#" + number;
  }
}
