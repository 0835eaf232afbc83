package run.ephemeral.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The cause of a state, for programs. The wording of the sentence next to it may change with any
/// version.
///
/// @param code such as answers, waits-for, ended, gave-up, step-failed or part-fails
/// @param component the component concerned, if any
/// @param fault user, capacity, external or internal; absent when nothing failed
/// @param retryAt the time of the next attempt
public record CauseView(
    String code, @Nullable String component, @Nullable String fault, @Nullable Instant retryAt) {}
