package run.ephemeral.gateway;

import run.ephemeral.core.name.EnvironmentName;

/// Wakes a sleeping environment for which requests wait.
@FunctionalInterface
public interface Waker {
  /// Called from the gateway's event loops, so it must return at once. Called at most once a second
  /// for an environment, and again each second while a request waits and the notice still says
  /// asleep, so a lost call costs a second.
  void wake(EnvironmentName environment);
}
