package run.ephemeral.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An entry of an environment's event log.
///
/// @param id grows with time; a stream can be continued after an id
/// @param level info, warning or error
/// @param step fetch, build, data, start, healthy, route, stop, remove, test, sleep, wake,
///     ready, fail or note
/// @param component the component concerned
/// @param millis the duration
public record EventView(
    long id,
    Instant at,
    String environment,
    String level,
    String step,
    @Nullable String component,
    String text,
    @Nullable Long millis) {}
