package run.ephemeral.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A repository that is followed.
///
/// @param label what environments of its pull requests are named after: `pr-<label>-<number>`
/// @param problem why it cannot be followed right now, in a sentence; absent when all is well
public record AppView(
    String name,
    String label,
    String source,
    String defaultBranch,
    Instant addedAt,
    @Nullable String problem,
    List<PullRequestView> pullRequests) {}
