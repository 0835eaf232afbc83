package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// Asks for an environment of a working tree on this machine, uncommitted changes included; asked
/// again, for an update of the environment.
///
/// @param directory the absolute path of the folder that contains `ephemeral.yaml`
/// @param name the environment's name; absent: <folder>-local
/// @param cluster on which a new environment runs; absent: chosen by what the app needs
public record StartRunRequest(String directory, @Nullable String name, @Nullable String cluster) {}
