package run.ephemeral.core.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Removes credentials from sources and from texts that quote them: user and password of a URL, a
/// token in place of either, a query. No other class knows which parts these are.
///
/// The user in `git@host:path` and in an ssh URL is shown: for ssh the user is no secret.
final class Redacted {
  private static final String HIDDEN = "***";
  private static final Pattern URL = Pattern.compile("(?s)([A-Za-z][A-Za-z0-9+.-]*)://(.*)");
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]*]|[^\\s:\\[\\]@]*)(:[0-9]*)?");
  private static final Pattern USER_IN_A_URL = Pattern.compile("(?<=://)[^\\s/?#]*@");
  private static final Pattern ENCODED = Pattern.compile("(%[0-9A-Fa-f]{2})+");

  /// A shorter secret would match in any text. It is removed only where the whole source, or a URL
  /// with its user, is quoted.
  private static final int SHORTEST = 4;

  private Redacted() {}

  /// The parts of a source. The scheme is empty when the source is no URL.
  ///
  /// @param user up to and including the last `@` of the authority
  /// @param query everything after the path
  private record Parts(String scheme, String user, String host, String path, String query) {
    static Parts of(String source) {
      var url = URL.matcher(source);
      if (!url.matches()) {
        var at = at(source);
        return new Parts("", source.substring(0, at), source.substring(at), "", "");
      }
      var rest = url.group(2);
      var authority = rest.substring(0, first(rest, "/?#"));
      var at = authority.lastIndexOf('@') + 1;
      var behind = rest.substring(authority.length());
      var path = behind.substring(0, first(behind, "?#"));
      return new Parts(
          url.group(1),
          authority.substring(0, at),
          authority.substring(at),
          path,
          behind.substring(path.length()));
    }

    /// Where the host begins in `user:password@host:path`; 0 when there is no password.
    private static int at(String source) {
      var colon = source.indexOf(':');
      var at = source.indexOf('@');
      return source.startsWith("/") || colon < 0 || at < colon ? 0 : source.lastIndexOf('@') + 1;
    }

    private static int first(String text, String ends) {
      var at = 0;
      while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return at;
    }

    /// Whether an unescaped `/` in a password split it between host and path.
    boolean isMalformed() {
      return !scheme.isEmpty() && !HOST.matcher(host).matches();
    }

    Set<String> secrets() {
      var secrets = new HashSet<String>();
      var name = user.replaceFirst("@$", "");
      var colon = name.indexOf(':');
      if (colon >= 0 || !scheme.startsWith("ssh")) {
        secrets.add(name);
      }
      if (colon >= 0) {
        secrets.add(name.substring(colon + 1));
      }
      if (colon > 0 && !scheme.startsWith("ssh")) {
        secrets.add(name.substring(0, colon));
      }
      for (var parameter : query.split("[?#&;]", -1)) {
        secrets.add(parameter.substring(parameter.indexOf('=') + 1));
      }
      if (isMalformed()) {
        secrets.add(host + path);
        secrets.addAll(List.of(host.split("[:/@]", -1)));
        secrets.addAll(List.of(path.split("[:/@]", -1)));
      }
      return secrets;
    }
  }

  static String source(String source) {
    var parts = Parts.of(source);
    if (parts.scheme().isEmpty()) {
      return parts.host();
    }
    var begin = parts.scheme() + "://";
    var query = parts.query().isEmpty() ? "" : "?" + HIDDEN;
    return begin + (parts.isMalformed() ? HIDDEN : parts.host() + parts.path() + query);
  }

  /// @param text may quote the source whole or in part, such as a library's message
  static String text(String text, String source) {
    var shown = text.replace(source, source(source));
    shown = USER_IN_A_URL.matcher(shown).replaceAll("");
    var secrets = new HashSet<String>();
    for (var secret : Parts.of(source).secrets()) {
      secrets.add(secret);
      secrets.add(decoded(secret));
    }
    var longestFirst =
        secrets.stream()
            .filter(secret -> secret.length() >= SHORTEST)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
    for (var secret : longestFirst) {
      var anywhere = Pattern.compile(Pattern.quote(secret), Pattern.CASE_INSENSITIVE);
      shown = anywhere.matcher(shown).replaceAll(Matcher.quoteReplacement(HIDDEN));
    }
    return shown;
  }

  private static String decoded(String text) {
    return ENCODED
        .matcher(text)
        .replaceAll(
            found -> {
              var bytes = new ByteArrayOutputStream();
              for (int i = 1; i < found.group().length(); i += 3) {
                bytes.write(Integer.parseInt(found.group().substring(i, i + 2), 16));
              }
              return Matcher.quoteReplacement(bytes.toString(UTF_8));
            });
  }
}
