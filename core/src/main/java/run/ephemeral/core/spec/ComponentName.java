package run.ephemeral.core.spec;

import run.ephemeral.core.Label;

/// The name of a service, a database or a test inside its app.
public record ComponentName(String value) implements Comparable<ComponentName> {
  public static final int LONGEST = 20;

  public ComponentName {
    if (!Label.fits(value, LONGEST)) {
      throw new IllegalArgumentException(
          "a name is at most %d of a-z, 0-9 and single dashes, and begins with a letter"
              .formatted(LONGEST));
    }
  }

  /// Whether a text is a name.
  public static boolean isName(String text) {
    return Label.fits(text, LONGEST);
  }

  @Override
  public int compareTo(ComponentName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
