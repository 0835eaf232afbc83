package run.ephemeral.core.cluster;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import run.ephemeral.core.Sealed;
import run.ephemeral.core.name.ClusterName;

/// A Kubernetes cluster that was added to the installation.
///
/// @param kubeconfig one context, without references to files
/// @param labels by which people choose it for apps and environments; in order of their keys
/// @param cordoned whether it takes no new environments
public record AddedCluster(
    ClusterName name,
    Map<String, String> labels,
    Sealed kubeconfig,
    ClusterSettings settings,
    boolean cordoned,
    Instant addedAt) {
  public AddedCluster {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }
}
