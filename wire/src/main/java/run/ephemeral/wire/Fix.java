package run.ephemeral.wire;

import java.util.List;

/// Asks for leftovers to be removed.
///
/// @param leftovers what [Check#leftover] says of each
public record Fix(List<String> leftovers) {}
