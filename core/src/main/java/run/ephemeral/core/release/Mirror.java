package run.ephemeral.core.release;

import run.ephemeral.core.Label;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.AppName;

/// The name of our copy of a repository on this machine: one for each app, one for each working
/// tree.
public record Mirror(String value) {
  private static final String NAMED = "(app|tree)-.+";
  private static final int LONGEST = 63;

  public Mirror {
    if (!Label.fits(value, LONGEST)) {
      throw new IllegalArgumentException("not the name of a mirror: " + value);
    }
  }

  /// Whether the text is a name made by one of the `of` methods.
  public static boolean isName(String text) {
    return Label.fits(text, LONGEST) && text.matches(NAMED);
  }

  public static Mirror of(AppName app) {
    return new Mirror("app-" + app);
  }

  public static Mirror of(EnvironmentName workingTree) {
    return new Mirror("tree-" + workingTree);
  }
}
