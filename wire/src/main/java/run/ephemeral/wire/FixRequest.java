package run.ephemeral.wire;

import java.util.List;

/// Asks for leftover resources to be removed.
///
/// @param leftovers values of [Check#leftover]
public record FixRequest(List<String> leftovers) {}
