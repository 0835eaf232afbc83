package run.ephemeral.core.pullrequest;

import java.util.regex.Pattern;
import run.ephemeral.core.spec.AppName;

/// The name of a repository at its code host.
///
/// @param host the configured name of the code host
/// @param path the name at that host, such as `acme/api`
public record RepositoryName(String host, String path) {
  /// The code host for any repository that git can fetch from.
  public static final String GIT = "git";

  private static final int LONGEST = 255;
  private static final Pattern HOST = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  public RepositoryName {
    if (!HOST.matcher(host).matches() || path.isBlank() || path.length() > LONGEST) {
      throw new IllegalArgumentException("not the name of a repository: " + host + " " + path);
    }
  }

  /// A plain git repository is named after the app that follows it, since its URL may contain a
  /// password.
  public static RepositoryName git(AppName app) {
    return new RepositoryName(GIT, app.value());
  }

  @Override
  public String toString() {
    return host + ":" + path;
  }
}
