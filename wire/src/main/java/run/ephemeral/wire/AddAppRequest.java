package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// Asks to follow a repository.
///
/// @param source a path of this machine or a git URL
/// @param name the app's name; absent: the name in its `ephemeral.yaml`
/// @param cluster on which its environments run; absent: chosen for each
public record AddAppRequest(String source, @Nullable String name, @Nullable String cluster) {}
