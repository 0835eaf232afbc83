package run.ephemeral.core.name;

import run.ephemeral.core.Label;

/// The name of a cluster, as configured.
public record ClusterName(String value) {
  private static final int LONGEST = 63;

  /// This machine, for engine `process`.
  public static final ClusterName LOCAL = new ClusterName("local");

  public ClusterName {
    if (!Label.fits(value, LONGEST)) {
      throw new IllegalArgumentException(
          "`%s` is not the name of a cluster: lower-case letters, digits and dashes, at most %d"
              .formatted(value, LONGEST));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
