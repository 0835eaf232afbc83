package run.ephemeral.reconciler;

import java.time.Instant;
import run.ephemeral.core.Fault;

/// What a reconciliation came to.
public sealed interface Next {
  /// Nothing is left to do until something wakes the environment.
  record Settled() implements Next {}

  /// Nothing can be done before this time.
  ///
  /// @param settled whether what is wanted is there
  record Again(Instant at, boolean settled) implements Next {}

  /// Something of ours went wrong; the same is tried later.
  record Retry(Fault fault) implements Next {}

  /// The environment is no more.
  record Gone() implements Next {}

  /// Somebody else has the lease now.
  record Lost() implements Next {}
}
