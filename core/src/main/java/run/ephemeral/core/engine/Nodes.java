package run.ephemeral.core.engine;

import java.util.Optional;

/// Port: what the nodes of a cluster have left for pods.
public interface Nodes {
  /// What is left, less what was placed lately. Asks the cluster, and waits a second at most.
  ///
  /// @return empty when it is not known
  Optional<Capacity> left() throws InterruptedException;

  /// An environment that requests so much was placed there.
  void placed(Capacity requested);
}
