package run.ephemeral.wire;

/// One line a component wrote.
///
/// @param source build, run or test
public record LogLine(String component, String source, String line) {}
