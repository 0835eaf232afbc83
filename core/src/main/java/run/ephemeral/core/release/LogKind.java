package run.ephemeral.core.release;

/// The kinds of log that a component has.
public enum LogKind {
  BUILD,
  RUN,
  TEST
}
