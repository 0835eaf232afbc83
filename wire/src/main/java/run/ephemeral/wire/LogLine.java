package run.ephemeral.wire;

/// One line of a component's log.
///
/// @param source build, run or test
public record LogLine(String component, String source, String line) {}
