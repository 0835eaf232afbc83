package run.ephemeral.core.engine;

import java.util.Optional;

/// Port: what the nodes of a cluster have left for pods.
public interface Nodes {
  /// What was left when the cluster was last asked, less what was placed since. Returns at once;
  /// an old answer is replaced meanwhile.
  ///
  /// @return empty while it is not known
  Optional<Capacity> left();

  /// An environment that requests so much was placed there.
  void placed(Capacity requested);
}
