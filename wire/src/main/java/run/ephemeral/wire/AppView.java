package run.ephemeral.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An app: a repository that is followed.
///
/// @param label the label in the names of its environments: `pr-<label>-<number>`
/// @param hosted whether its pull requests are those of a code host; otherwise they are branches
/// @param cluster on which its environments run; absent when one is chosen for each
/// @param problem why the app cannot be followed at present, in a sentence; absent when it can
public record AppView(
    String name,
    String label,
    String source,
    boolean hosted,
    String defaultBranch,
    Instant addedAt,
    @Nullable String problem,
    @Nullable String cluster,
    List<PullRequestView> pullRequests) {}
