package run.ephemeral.core.plan;

import java.util.Locale;
import run.ephemeral.core.engine.Inspection;
import run.ephemeral.core.spec.ComponentName;

/// How one component is, for people.
///
/// @param cause why it is in that state
/// @param log which of its logs says more
public record Part(Kind kind, ComponentName name, State state, Cause cause, Inspection.Source log) {
  /// With the log of what it runs.
  public Part(Kind kind, ComponentName name, State state, Cause cause) {
    this(
        kind,
        name,
        state,
        cause,
        kind == Kind.TEST ? Inspection.Source.TEST : Inspection.Source.RUN);
  }

  public enum Kind {
    SERVICE,
    CHART,
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
