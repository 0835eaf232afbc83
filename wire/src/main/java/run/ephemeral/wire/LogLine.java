package run.ephemeral.wire;

/// One line of a component's log.
///
/// @param source build, run or test
public record LogLine(String component, String source, String line) {
  /// How many of the last lines of a component can be asked for at most.
  public static final int MOST_TAIL = 10_000;
}
