package run.ephemeral.wire;

/// The text of an `ephemeral.yaml`.
public record ValidateRequest(String text) {}
