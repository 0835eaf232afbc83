package run.ephemeral.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One running copy of an app.
///
/// @param phase queued, building, starting, ready, failing, asleep, waking, removing or gone
/// @param reason why it is in this phase, in a sentence
/// @param cause the same as data; absent from a control plane of an older version
/// @param url its own address; absent when no service is public
/// @param pullRequest what it shows; absent for a working tree
/// @param directory the working tree it shows; absent for a pull request
/// @param commit the commit that is wanted; of a working tree, its snapshot
/// @param settled whether nothing is left to be done for what is wanted now
/// @param readyMillis from asked-for to ready, of the newest release; absent until it was ready
/// @param expiresAt when it is removed; absent when pinned
public record EnvironmentView(
    String name,
    String app,
    String phase,
    String reason,
    @Nullable CauseView cause,
    @Nullable String url,
    @Nullable PullRequestView pullRequest,
    @Nullable String directory,
    @Nullable String commit,
    boolean settled,
    Instant createdAt,
    Instant changedAt,
    @Nullable Long readyMillis,
    @Nullable Instant lastUsedAt,
    @Nullable Instant expiresAt,
    boolean pinned,
    List<ComponentView> components) {}
