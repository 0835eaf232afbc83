package run.ephemeral.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A code host that was added.
///
/// @param name the host of its URL, with the port if there is one
/// @param kind `gitea`
/// @param apps how many are followed there
/// @param problem why it cannot be used, in a sentence; absent for nothing known
/// @param user whose token it is; only when the host was asked
/// @param version of the host; only when it was asked
/// @param webhooks the URL at which the host reaches the control plane; absent when it is only
/// asked @param lastDelivery when a webhook last told something; absent for never
public record CodeHostView(
    String name,
    String kind,
    String url,
    Instant addedAt,
    int apps,
    @Nullable String problem,
    @Nullable String user,
    @Nullable String version,
    @Nullable String webhooks,
    @Nullable Instant lastDelivery) {}
