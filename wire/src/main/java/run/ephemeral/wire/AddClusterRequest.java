package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// Adds a Kubernetes cluster.
///
/// @param kubeconfig the content of a file without references to other files; absent: the file
///     `kubeconfigs/<name>.yaml` in the control plane's home folder
/// @param context absent: the file's current one
public record AddClusterRequest(
    String name,
    @Nullable String kubeconfig,
    @Nullable String context,
    @Nullable ClusterSettingsView settings) {}
