package run.ephemeral.wire;

/// Says whether a cluster takes new environments.
public record CordonRequest(boolean cordoned) {}
