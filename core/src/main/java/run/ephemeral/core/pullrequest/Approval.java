package run.ephemeral.core.pullrequest;

/// That a commit of a fork may run.
///
/// @param commit its whole name
/// @param base the target branch, of which all but the images is; empty when the host has none
/// @param by the person at the code host who approved it
public record Approval(String commit, String base, String by) {
  public static Approval of(Head head, String by) {
    return new Approval(head.commit(), head.base().orElse(""), by);
  }

  /// Whether it still holds: its author may choose another target branch.
  public boolean isOf(Head head) {
    return equals(of(head, by));
  }
}
