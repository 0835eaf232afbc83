package run.ephemeral.core.plan;

import java.util.Locale;
import run.ephemeral.core.release.LogKind;
import run.ephemeral.core.spec.ComponentName;

/// The state of one component, for people.
///
/// @param cause why it is in that state
/// @param log the component's log that explains the state
public record Part(Kind kind, ComponentName name, State state, Cause cause, LogKind log) {
  /// With the run log, or the test log of a test.
  public Part(Kind kind, ComponentName name, State state, Cause cause) {
    this(kind, name, state, cause, kind == Kind.TEST ? LogKind.TEST : LogKind.RUN);
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
