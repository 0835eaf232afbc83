package run.ephemeral.core.spec;

import java.util.Optional;

/// A Helm chart of the app.
public record ChartSpec(
    @Doc("The folder of the chart. A change elsewhere does not apply it again.") String chart,
    @Doc("What is set in the chart's values.") Optional<Object> values) {}
