package run.ephemeral.core.engine;

import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.spec.EngineKind;

/// A place where environments can run.
///
/// @param free how many more environments it takes; `Integer.MAX_VALUE`: any number
/// @param cordoned whether it takes none, though what runs there stays
public record Cluster(ClusterName name, EngineKind engine, int free, boolean cordoned) {
  public boolean isBounded() {
    return free < Integer.MAX_VALUE;
  }

  /// The same when so many more run there.
  public Cluster having(int environments) {
    return new Cluster(
        name, engine, isBounded() ? Math.max(0, free - environments) : free, cordoned);
  }
}
