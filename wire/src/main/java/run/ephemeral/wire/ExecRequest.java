package run.ephemeral.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Asks to run a command in the folder and with the variables of a service.
///
/// @param service the service's name; absent: the first service
/// @param command the program and its arguments; not interpreted by a shell
public record ExecRequest(@Nullable String service, List<String> command) {}
