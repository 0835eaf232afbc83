package run.ephemeral.core.plan;

import java.util.Locale;
import run.ephemeral.core.spec.ComponentName;

/// How one component is, for people.
///
/// @param detail the state in a sentence
public record Part(Kind kind, ComponentName name, State state, String detail) {
  public enum Kind {
    SERVICE,
    DATABASE,
    TEST;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Tests pass or fail; everything else is on its way to ready.
  public enum State {
    WAITING,
    BUILDING,
    STARTING,
    READY,
    FAILING,
    STOPPED,
    PASSED,
    FAILED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
