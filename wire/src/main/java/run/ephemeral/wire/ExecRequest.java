package run.ephemeral.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Asks to run a command in the folder and with the variables of a service.
///
/// @param service absent: the first one
/// @param command the program and its arguments; no shell looks at them
public record ExecRequest(@Nullable String service, List<String> command) {}
