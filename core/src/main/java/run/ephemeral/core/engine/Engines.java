package run.ephemeral.core.engine;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.name.ClusterName;

/// The engines of an installation, one a cluster.
public interface Engines {
  /// Empty when no such cluster is configured, or not any more.
  Optional<Engine> at(ClusterName cluster);

  /// Every cluster, as if nothing ran there.
  List<Cluster> clusters();

  /// The one cluster that needs no configuration. How many environments it takes is limited where
  /// they are made.
  static Engines local(Engine engine) {
    return new Engines() {
      @Override
      public Optional<Engine> at(ClusterName cluster) {
        return Optional.of(engine).filter(_ -> cluster.equals(ClusterName.LOCAL));
      }

      @Override
      public List<Cluster> clusters() {
        return List.of(new Cluster(ClusterName.LOCAL, engine.kind(), Integer.MAX_VALUE, false));
      }
    };
  }
}
