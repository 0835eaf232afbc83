package run.ephemeral.gateway;

import run.ephemeral.core.name.EnvironmentName;

/// Who is told that somebody waits for a sleeping environment.
@FunctionalInterface
public interface Waker {
  /// Called from the gateway's event loops: returns at once. It is called at most once a second
  /// for an environment, and again each second for as long as somebody waits and the notice
  /// still says asleep, so a call that got lost costs a second.
  void wake(EnvironmentName environment);
}
