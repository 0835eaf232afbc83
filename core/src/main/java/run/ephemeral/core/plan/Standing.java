package run.ephemeral.core.plan;

import run.ephemeral.core.step.StepKey;

/// How far a component is, for those that need it.
sealed interface Standing {
  record Ready() implements Standing {}

  /// @param key the step after which it is ready
  record Coming(StepKey key) implements Standing {}

  record Blocked() implements Standing {}
}
