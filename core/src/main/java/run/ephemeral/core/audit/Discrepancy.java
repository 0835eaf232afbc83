package run.ephemeral.core.audit;

/// A difference between claims and reality.
///
/// @param where the location, such as a path or process ids; empty for a missing resource
public record Discrepancy(Problem problem, Thing thing, String where) {
  /// The kind of difference.
  public enum Problem {
    /// Claimed, but does not exist.
    MISSING,
    /// Exists, but no claim covers it.
    UNOWNED,
    /// A shared resource that exists and that nothing uses at present.
    UNUSED
  }

  /// Whether removing the resource resolves the difference.
  public boolean isSolvedByRemoval() {
    return problem != Problem.MISSING;
  }

  public boolean isSame(Discrepancy other) {
    return problem == other.problem && thing.equals(other.thing);
  }
}
