package run.ephemeral.core.cluster;

/// One thing that the examination of a cluster found.
///
/// @param name what was looked at, such as `nodes`
/// @param fix what to do next; empty when nothing is to be done
public record Finding(String name, Level level, String detail, String fix) {
  /// How bad it is.
  public enum Level {
    OK,
    /// Environments run, with less than they should have.
    WARNING,
    /// Environments do not run.
    FAILING
  }

  public static Finding ok(String name, String detail) {
    return new Finding(name, Level.OK, detail, "");
  }

  public static Finding warning(String name, String detail, String fix) {
    return new Finding(name, Level.WARNING, detail, fix);
  }

  public static Finding failing(String name, String detail, String fix) {
    return new Finding(name, Level.FAILING, detail, fix);
  }
}
