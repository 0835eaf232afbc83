package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// One thing `doctor` looked at.
///
/// @param status ok, warning or failing
/// @param fix what to do; absent when ok
public record Check(String name, String status, String detail, @Nullable String fix) {}
