package run.ephemeral.core.name;

/// Who an environment is, for as long as it lives. Never used again for another.
public record EnvironmentId(long value) {
  @Override
  public String toString() {
    return Long.toString(value);
  }
}
