package run.ephemeral.reconciler;

import java.time.Instant;
import run.ephemeral.core.Fault;

/// The result of a reconciliation.
public sealed interface Next {
  /// Nothing is left to do until the environment is woken.
  record Settled() implements Next {}

  /// Nothing can be done before this time.
  ///
  /// @param settled see [run.ephemeral.core.plan.Plan#settled()]
  record Again(Instant at, boolean settled) implements Next {}

  /// An internal failure; the reconciliation is repeated later.
  record Retry(Fault fault) implements Next {}

  /// The environment does not exist any more.
  record Gone() implements Next {}

  /// The lease is lost.
  record Lost() implements Next {}
}
