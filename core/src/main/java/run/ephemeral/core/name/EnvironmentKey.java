package run.ephemeral.core.name;

/// Both identifiers of an environment: the id names what an engine keeps, since it is never reused;
/// the name is for people.
public record EnvironmentKey(EnvironmentId id, EnvironmentName name) {}
