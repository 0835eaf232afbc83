package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// Asks to examine a cluster.
///
/// @param probeImage an image with the programs of busybox, with which NetworkPolicy is tried;
///     absent: that of Docker Hub
public record ExamineClusterRequest(@Nullable String probeImage) {}
