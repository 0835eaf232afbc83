package run.ephemeral.core.plan;

import run.ephemeral.core.step.StepKey;

/// The state of a component, as far as it matters to components that need it.
sealed interface Standing {
  record Ready() implements Standing {}

  /// @param key the step that makes the component ready
  record Coming(StepKey key) implements Standing {}

  record Blocked() implements Standing {}
}
