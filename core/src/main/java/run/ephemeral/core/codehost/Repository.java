package run.ephemeral.core.codehost;

import run.ephemeral.core.Label;
import run.ephemeral.core.environment.EnvironmentName;
import run.ephemeral.core.spec.AppName;

/// The name of a store of source on this machine: one for each app, one for each working tree.
public record Repository(String value) {
  private static final String NAMED = "(app|tree)-.+";
  private static final int LONGEST = 63;

  public Repository {
    if (!Label.fits(value, LONGEST)) {
      throw new IllegalArgumentException("not the name of a repository: " + value);
    }
  }

  /// Whether it is a name that one of these gives.
  public static boolean isName(String text) {
    return Label.fits(text, LONGEST) && text.matches(NAMED);
  }

  public static Repository of(AppName app) {
    return new Repository("app-" + app);
  }

  public static Repository of(EnvironmentName workingTree) {
    return new Repository("tree-" + workingTree);
  }
}
