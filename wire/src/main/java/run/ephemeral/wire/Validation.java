package run.ephemeral.wire;

import java.util.List;

/// What is wrong with it, and what is worth knowing.
public record Validation(boolean valid, List<Finding> problems, List<Finding> notes) {}
