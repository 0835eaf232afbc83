package run.ephemeral.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Something that happened to an environment.
///
/// @param id grows with time; a stream continues after it
/// @param level info, warning or error
/// @param step fetch, build, data, start, healthy, route, stop, remove, test, sleep, wake,
///     ready, fail or note
/// @param component the part it is about
/// @param millis how long it took
public record EventView(
    long id,
    Instant at,
    String environment,
    String level,
    String step,
    @Nullable String component,
    String text,
    @Nullable Long millis) {}
