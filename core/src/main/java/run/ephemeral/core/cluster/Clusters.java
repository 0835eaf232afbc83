package run.ephemeral.core.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import run.ephemeral.core.Sealed;
import run.ephemeral.core.name.ClusterName;

/// Port: the clusters that were added to the installation.
public interface Clusters {
  /// Distinguishes this installation from others that use the same cluster. Never changes.
  String installation();

  /// In order of their names. An unreadable row is left out.
  List<AddedCluster> all();

  /// @return false, changing nothing, when the name is taken
  boolean add(AddedCluster cluster);

  /// Replaces the credentials of a cluster.
  ///
  /// @return false when there is no such cluster
  boolean renew(ClusterName name, Sealed kubeconfig);

  /// @return false when there is no such cluster
  boolean cordon(ClusterName name, boolean cordoned);

  /// Changes the labels of a cluster.
  ///
  /// @return the labels now; empty when there is no such cluster
  Optional<Map<String, String>> label(ClusterName name, UnaryOperator<Map<String, String>> change);

  /// Forgets a cluster, unless environments are placed on it.
  ///
  /// @return how many are; 0 when it is forgotten
  int remove(ClusterName name);

  /// Forgets a cluster, and takes its environments off it: they run nowhere then.
  ///
  /// @return how many there were
  int abandon(ClusterName name);
}
