package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// A piece of output of the command, or its end.
///
/// @param stream stdout, stderr or exit
/// @param code the exit code; only with stream exit
public record ExecFrame(String stream, String text, @Nullable Integer code) {}
