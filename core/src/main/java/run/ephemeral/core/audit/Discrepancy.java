package run.ephemeral.core.audit;

/// Where a ledger and the world differ.
///
/// @param where what there is to see of it, such as a path or process ids; empty for what is
///     not there
public record Discrepancy(Problem problem, Thing thing, String where) {
  /// How they differ.
  public enum Problem {
    /// A ledger says it is there, and it is not.
    MISSING,
    /// It is there, and nobody's.
    UNOWNED,
    /// It is kept for whoever may want it, and at the moment nobody does.
    UNUSED
  }

  /// Whether it goes away when the thing does.
  public boolean isSolvedByRemoval() {
    return problem != Problem.MISSING;
  }

  public boolean isSame(Discrepancy other) {
    return problem == other.problem && thing.equals(other.thing);
  }
}
