package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// Asks for an environment of a working tree on this machine, uncommitted changes included;
/// asked again, for an update of it.
///
/// @param directory the absolute path of the folder that holds `ephemeral.yaml`
/// @param name what to call the environment; absent: <app>-local
public record StartRun(String directory, @Nullable String name) {}
