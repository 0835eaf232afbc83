package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// A piece of what the command did.
///
/// @param stream stdout, stderr or exit
/// @param code with exit: its exit code
public record ExecFrame(String stream, String text, @Nullable Integer code) {}
