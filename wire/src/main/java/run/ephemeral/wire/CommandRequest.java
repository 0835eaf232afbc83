package run.ephemeral.wire;

/// A command as a person writes it, such as `extend 2d`.
public record CommandRequest(String command) {}
