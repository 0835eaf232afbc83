package run.ephemeral.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Why something is as it is, for programs: what stands beside it as a sentence may be worded in
/// another way by the next version.
///
/// @param code such as answers, waits-for, ended, gave-up, step-failed or part-fails
/// @param component the part it is about, if it is about one
/// @param fault who can mend it: user, capacity, external or internal; absent when nothing failed
/// @param retryAt when what failed is tried again, or what is waited for is looked for again
public record CauseView(
    String code, @Nullable String component, @Nullable String fault, @Nullable Instant retryAt) {}
