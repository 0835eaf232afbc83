package run.ephemeral.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is decided for all environments of a cluster. Absent keys have their defaults.
///
/// @param environments how many it takes at most; absent: any number
/// @param reach how the gateway reaches services: `forward`, through the API server, or `direct`,
///     at the addresses of pods
/// @param podSecurity the Pod Security level of namespaces: `restricted` or `baseline`
/// @param requestCpu of a container whose service sets none
/// @param requestMemory of a container whose service sets none
/// @param limitMemory of a container whose service sets none
/// @param pods how many pods a namespace may have
/// @param tolerations of pods, as `KEY[=VALUE][:EFFECT]`
/// @param inside networks that pods do not reach
public record ClusterSettingsView(
    @Nullable Integer environments,
    @Nullable String reach,
    @Nullable String podSecurity,
    @Nullable String requestCpu,
    @Nullable String requestMemory,
    @Nullable String limitMemory,
    @Nullable Integer pods,
    @Nullable Map<String, String> nodeSelector,
    @Nullable List<String> tolerations,
    @Nullable String priorityClass,
    @Nullable String runtimeClass,
    @Nullable Map<String, String> labels,
    @Nullable Map<String, String> annotations,
    @Nullable List<String> inside) {}
