package run.ephemeral.codehost.rest;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import run.ephemeral.core.codehost.CodeHost.Located;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.RepositoryName;

/// Finds the repository of a host that a person means. Names are the same in upper and lower case.
public final class Repositories {
  private static final Pattern PATH =
      Pattern.compile("(?!\\.{1,2}/)[\\w.-]+/(?!\\.{1,2}$)[\\w.-]+");

  private Repositories() {}

  /// @param name of the host
  /// @param url where its pages begin, without a slash at the end
  /// @param text such as `gitea.example.com/acme/shop` or a URL
  public static Optional<Located> locate(String name, String url, String text) {
    var path = after(url + "/", text).or(() -> after(name + "/", text)).orElse("");
    var plain = path.replaceAll("/+$", "").replaceAll("\\.git$", "");
    if (!PATH.matcher(plain).matches()) {
      return Optional.empty();
    }
    var repository = new RepositoryName(name, plain.toLowerCase(Locale.ROOT));
    return Optional.of(new Located(url + "/" + repository.path(), Optional.of(repository)));
  }

  /// The page that compares a head with its target branch.
  ///
  /// @param url where the pages of the host begin
  public static String comparison(String url, RepositoryName repository, Head head) {
    var base = Rest.segment(head.base().orElse("HEAD"));
    return "%s/%s/compare/%s...%s".formatted(url, repository.path(), base, head.commit());
  }

  private static Optional<String> after(String start, String text) {
    return text.regionMatches(true, 0, start, 0, start.length())
        ? Optional.of(text.substring(start.length()))
        : Optional.empty();
  }
}
