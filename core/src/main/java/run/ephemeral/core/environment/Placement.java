package run.ephemeral.core.environment;

import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.spec.EngineKind;

/// Where an environment runs. It does not move.
public sealed interface Placement {
  /// On no cluster yet; the plan's cause says why.
  ///
  /// @param only the clusters that a person chose; empty for any
  record Nowhere(Optional<ClusterSelector> only) implements Placement {
    public static final Nowhere YET = new Nowhere(Optional.empty());
  }

  record On(ClusterName cluster, EngineKind engine, Instant since) implements Placement {}
}
