package run.ephemeral.core.name;

import run.ephemeral.core.Label;

/// The name of an environment for people, and the label of its host name.
public record EnvironmentName(String value) implements Comparable<EnvironmentName> {
  /// Leaves room for `<service>--` in one DNS label of 63.
  public static final int LONGEST = 41;

  public EnvironmentName {
    if (!Label.fits(value, LONGEST)) {
      throw new IllegalArgumentException(
          "a name is at most %d of a-z, 0-9 and single dashes, and begins with a letter"
              .formatted(LONGEST));
    }
  }

  /// @param label see [run.ephemeral.core.app.App#label()]
  public static EnvironmentName of(String label, int pullRequest) {
    return new EnvironmentName(Label.of("pr-" + label + "-" + pullRequest, LONGEST));
  }

  @Override
  public int compareTo(EnvironmentName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
