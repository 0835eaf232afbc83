package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// Replaces the credentials of a cluster, see [AddClusterRequest].
public record RenewClusterRequest(@Nullable String kubeconfig, @Nullable String context) {}
