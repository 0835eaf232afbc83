package run.ephemeral.core.pullrequest;

import run.ephemeral.core.spec.AppName;

/// A repository as its code host knows it.
///
/// @param host what the code host is called where it is configured
/// @param path what the repository is called there, such as `acme/api`
public record RepositoryName(String host, String path) {
  /// The code host that is any repository that git can fetch from.
  public static final String GIT = "git";

  private static final int LONGEST = 255;

  public RepositoryName {
    if (!host.matches("[a-z][a-z0-9-]{0,62}") || path.isBlank() || path.length() > LONGEST) {
      throw new IllegalArgumentException("not the name of a repository: " + host + " " + path);
    }
  }

  /// A plain git repository is known by the app that follows it: its URL may carry a password.
  public static RepositoryName git(AppName app) {
    return new RepositoryName(GIT, app.value());
  }

  @Override
  public String toString() {
    return host + ":" + path;
  }
}
