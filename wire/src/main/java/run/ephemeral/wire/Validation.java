package run.ephemeral.wire;

import java.util.List;

/// The problems with an `ephemeral.yaml`, and notes about it.
public record Validation(boolean valid, List<Finding> problems, List<Finding> notes) {}
