package run.ephemeral.core.codehost;

import run.ephemeral.core.Label;
import run.ephemeral.core.environment.EnvironmentName;
import run.ephemeral.core.spec.AppName;

/// The name of a store of source on this machine: one for each app, one for each working tree.
public record Repository(String value) {
  public Repository {
    if (!Label.fits(value, 63)) {
      throw new IllegalArgumentException("not the name of a repository: " + value);
    }
  }

  public static Repository of(AppName app) {
    return new Repository("app-" + app);
  }

  public static Repository of(EnvironmentName workingTree) {
    return new Repository("tree-" + workingTree);
  }
}
