package run.ephemeral.core.environment;

/// Whether an environment should run.
public enum Power {
  ON,
  OFF
}
