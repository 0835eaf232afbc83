package run.ephemeral.wire;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A Kubernetes cluster that was added.
///
/// @param labels by which apps and environments choose it
/// @param environments how many are on it
/// @param problem why it cannot be used or removes no namespaces; absent for nothing known
/// @param server its address; only when it was asked
/// @param version only when it was asked
/// @param missing what the credentials may not do; only when it was asked
public record ClusterView(
    String name,
    Map<String, String> labels,
    boolean cordoned,
    int environments,
    Instant addedAt,
    @Nullable String problem,
    @Nullable String server,
    @Nullable String version,
    @Nullable List<String> missing,
    ClusterSettingsView settings) {}
