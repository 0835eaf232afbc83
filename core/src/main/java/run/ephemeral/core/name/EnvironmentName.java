package run.ephemeral.core.name;

import run.ephemeral.core.Label;
import run.ephemeral.core.spec.AppName;

/// What people call an environment, and the label of its host name.
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

  public static EnvironmentName of(AppName app, int pullRequest) {
    return new EnvironmentName(Label.of("pr-" + app + "-" + pullRequest, LONGEST));
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
