package run.ephemeral.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Changes labels of a cluster; others stay.
///
/// @param set labels with their values
/// @param remove keys of labels
public record LabelClusterRequest(
    @Nullable Map<String, String> set, @Nullable List<String> remove) {}
