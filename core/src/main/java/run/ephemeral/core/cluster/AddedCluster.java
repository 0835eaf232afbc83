package run.ephemeral.core.cluster;

import java.time.Instant;
import java.util.Map;
import run.ephemeral.core.name.ClusterName;

/// A Kubernetes cluster that was added to the installation.
///
/// @param kubeconfig one context, without references to files
/// @param labels by which people choose it for apps and environments
/// @param cordoned whether it takes no new environments
public record AddedCluster(
    ClusterName name,
    Map<String, String> labels,
    Sealed kubeconfig,
    ClusterSettings settings,
    boolean cordoned,
    Instant addedAt) {
  public AddedCluster {
    labels = Map.copyOf(labels);
  }
}
