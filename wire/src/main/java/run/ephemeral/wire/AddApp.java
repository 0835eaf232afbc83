package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// Asks to follow a repository.
///
/// @param source a path of this machine or a git URL
/// @param name what to call it; absent: as its `ephemeral.yaml` says
public record AddApp(String source, @Nullable String name) {}
