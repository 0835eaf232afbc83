package run.ephemeral.core.name;

/// The two names by which an engine knows an environment: the one that is never used again, for
/// what it keeps, and the one that people read.
public record EnvironmentKey(EnvironmentId id, EnvironmentName name) {}
