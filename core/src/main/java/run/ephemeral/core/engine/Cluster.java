package run.ephemeral.core.engine;

import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.spec.EngineKind;

/// A place where environments can run.
///
/// @param free how many more environments the cluster takes; `Integer.MAX_VALUE`: any number
/// @param cordoned whether the cluster takes no new environments
public record Cluster(ClusterName name, EngineKind engine, int free, boolean cordoned) {
  public boolean isBounded() {
    return free < Integer.MAX_VALUE;
  }

  /// This cluster with so many more environments on it.
  public Cluster having(int environments) {
    return new Cluster(
        name, engine, isBounded() ? Math.max(0, free - environments) : free, cordoned);
  }
}
