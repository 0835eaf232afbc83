package run.ephemeral.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A code host that was added.
///
/// @param name the host of its URL, with the port if there is one
/// @param kind `gitea` or `github`
/// @param apps how many are followed there
/// @param problem why it cannot be used, in a sentence; absent for nothing known
/// @param user as whom it is asked; only when the host was asked
/// @param version of the host; only when it was asked
/// @param webhooks the URL at which the host reaches the control plane; absent when it is only
///     asked
/// @param lastDelivery when a webhook last told something; absent for never
/// @param notes what people should know of it, in sentences; only when it was asked
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
    @Nullable Instant lastDelivery,
    List<String> notes) {}
