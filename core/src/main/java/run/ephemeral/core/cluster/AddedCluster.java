package run.ephemeral.core.cluster;

import java.time.Instant;
import run.ephemeral.core.name.ClusterName;

/// A Kubernetes cluster that was added to the installation.
///
/// @param kubeconfig one context, without references to files
/// @param cordoned whether it takes no new environments
public record AddedCluster(
    ClusterName name,
    Sealed kubeconfig,
    ClusterSettings settings,
    boolean cordoned,
    Instant addedAt) {}
