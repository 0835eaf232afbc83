package run.ephemeral.core.environment;

import java.time.Instant;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.spec.EngineKind;

/// Where an environment runs. It does not move.
public sealed interface Placement {
  /// On no cluster yet; the plan's cause says why.
  record Nowhere() implements Placement {}

  record On(ClusterName cluster, EngineKind engine, Instant since) implements Placement {}
}
