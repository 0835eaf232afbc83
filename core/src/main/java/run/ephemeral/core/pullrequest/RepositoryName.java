package run.ephemeral.core.pullrequest;

import java.util.regex.Pattern;
import run.ephemeral.core.spec.AppName;

/// The name of a repository at its code host.
///
/// @param host the name of the code host, such as `gitea.example.com:3000`
/// @param path the name at that host, such as `acme/api`
public record RepositoryName(String host, String path) {
  /// The code host for any repository that git can fetch from.
  public static final String GIT = "git";

  private static final int LONGEST = 255;
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?(:[0-9]{1,5})?");

  public RepositoryName {
    if (!isHost(host) || path.isBlank() || path.length() > LONGEST) {
      throw new IllegalArgumentException("not the name of a repository: " + host + " " + path);
    }
  }

  public static boolean isHost(String text) {
    return HOST.matcher(text).matches();
  }

  /// A plain git repository is named after the app that follows it, since its URL may contain a
  /// password.
  public static RepositoryName git(AppName app) {
    return new RepositoryName(GIT, app.value());
  }

  /// Whether it is at no code host of its own: there are no labels, no comments, no statuses.
  public boolean isPlainGit() {
    return host.equals(GIT);
  }

  @Override
  public String toString() {
    return host + "/" + path;
  }
}
