package run.ephemeral.core.pullrequest;

/// Whose code a pull request is.
public sealed interface Trust {
  /// Of somebody who may push to the repository.
  record Own() implements Trust {}

  /// Of a copy that belongs to somebody else.
  record Fork(String owner) implements Trust {}

  /// Of a copy that belongs to somebody else; one commit of it was approved.
  ///
  /// @param by who approved it
  record Approved(String owner, String commit, String by) implements Trust {}

  /// Whether this commit of it may be run.
  default boolean covers(String head) {
    return switch (this) {
      case Own() -> true;
      case Fork(_) -> false;
      case Approved(_, var commit, _) -> commit.equals(head);
    };
  }
}
