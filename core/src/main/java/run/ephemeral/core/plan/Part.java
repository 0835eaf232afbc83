package run.ephemeral.core.plan;

import java.util.Locale;
import run.ephemeral.core.engine.Inspection;
import run.ephemeral.core.spec.ComponentName;

/// How one component is, for people.
///
/// @param detail the state in a sentence
/// @param log which of its logs says more
public record Part(
    Kind kind, ComponentName name, State state, String detail, Inspection.Source log) {
  /// With the log of what it runs.
  public Part(Kind kind, ComponentName name, State state, String detail) {
    this(
        kind,
        name,
        state,
        detail,
        kind == Kind.TEST ? Inspection.Source.TEST : Inspection.Source.RUN);
  }

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
