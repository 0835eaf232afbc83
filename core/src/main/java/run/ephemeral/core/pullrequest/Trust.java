package run.ephemeral.core.pullrequest;

/// Who controls the code of a pull request.
public sealed interface Trust {
  /// Somebody with permission to push to the repository.
  record Own() implements Trust {}

  /// The owner of a fork.
  record Fork(String owner) implements Trust {}

  /// The owner of a fork; one commit was approved.
  ///
  /// @param by the person who approved the commit
  record Approved(String owner, String commit, String by) implements Trust {}

  /// Whether the code is of people who may push to the repository.
  default boolean isOwn() {
    return this instanceof Own;
  }

  /// Whether this commit may be run.
  default boolean covers(String head) {
    return switch (this) {
      case Own() -> true;
      case Fork(_) -> false;
      case Approved(_, var commit, _) -> commit.equals(head);
    };
  }
}
