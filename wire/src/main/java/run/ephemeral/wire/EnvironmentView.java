package run.ephemeral.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One running copy of an app.
///
/// @param phase queued, building, starting, ready, failing, asleep, waking, removing or gone
/// @param reason the reason of the phase, in a sentence
/// @param cause the same as data; absent from a control plane of an older version
/// @param url the environment's own address; absent when no service is public
/// @param pullRequest the pull request that runs; absent for a working tree
/// @param directory the working tree that runs; absent for a pull request
/// @param commit the commit of the desired release; of a working tree, its snapshot
/// @param cluster on which it runs; absent while it is on none
/// @param settled whether no steps or retries are left for the desired state
/// @param readyMillis time from the request for the newest release until it was ready; absent
///     before
/// @param expiresAt when the environment is removed; absent when pinned
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
    @Nullable String cluster,
    boolean settled,
    Instant createdAt,
    Instant changedAt,
    @Nullable Long readyMillis,
    @Nullable Instant lastUsedAt,
    @Nullable Instant expiresAt,
    boolean pinned,
    List<ComponentView> components) {}
