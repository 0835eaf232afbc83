package run.ephemeral.wire;

/// A problem or note at one place of the text.
public record Finding(int line, int column, String message) {}
