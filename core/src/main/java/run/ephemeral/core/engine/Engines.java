package run.ephemeral.core.engine;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.spec.AppSpec;

/// The engines of an installation, one for each cluster.
public interface Engines {
  /// Empty when the cluster is not configured, or no longer.
  Optional<Engine> at(ClusterName cluster);

  /// Every cluster, with its full capacity as [Cluster#free()].
  List<Cluster> clusters();

  /// The same with what their nodes have left, for which the clusters are asked.
  default List<Cluster> roomy() throws InterruptedException {
    return clusters();
  }

  /// How many environments a cluster takes in all; 0 when there is no such cluster.
  default int most(ClusterName name) {
    return clusters().stream()
        .filter(cluster -> cluster.name().equals(name))
        .mapToInt(Cluster::free)
        .sum();
  }

  /// An environment of this app was placed on a cluster.
  default void placed(ClusterName cluster, AppSpec spec) {}

  /// The local machine as the only cluster. Its number of environments is limited where they are
  /// created, not here.
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
