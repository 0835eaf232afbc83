package run.ephemeral.core.spec;

import run.ephemeral.core.Label;

/// The name of an app, short enough that every host name made from it is one DNS label.
public record AppName(String value) {
  public static final int LONGEST = 30;

  public AppName {
    if (!Label.fits(value, LONGEST)) {
      throw new IllegalArgumentException(
          "an app's name is at most %d of a-z, 0-9 and single dashes, and begins with a letter"
              .formatted(LONGEST));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
