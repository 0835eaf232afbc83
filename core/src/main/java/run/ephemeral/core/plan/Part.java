package run.ephemeral.core.plan;

import java.util.Locale;
import run.ephemeral.core.engine.Inspection;
import run.ephemeral.core.spec.ComponentName;

/// The state of one component, for people.
///
/// @param cause why it is in that state
/// @param log the component's log that explains the state
public record Part(Kind kind, ComponentName name, State state, Cause cause, Inspection.Source log) {
  /// With the run log, or the test log of a test.
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
