package run.ephemeral.wire;

/// One place of the text.
public record Finding(int line, int column, String message) {}
