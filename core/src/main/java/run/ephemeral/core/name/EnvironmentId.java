package run.ephemeral.core.name;

/// The identity of an environment. Never reused.
public record EnvironmentId(long value) {
  @Override
  public String toString() {
    return Long.toString(value);
  }
}
