package run.ephemeral.core.plan;

/// How far a component is, for those that need it.
sealed interface Standing {
  record Ready() implements Standing {}

  /// @param key the step after which it is ready
  record Coming(String key) implements Standing {}

  record Blocked() implements Standing {}
}
