package run.ephemeral.cli.init;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Translates a service's variables from a compose file to an `ephemeral.yaml`: host names of
/// other services become references.
///
/// @param strangers services of the compose file that do not run here
record Told(List<String> services, List<String> databases, List<String> strangers) {
  private static final Pattern URL =
      Pattern.compile("(?:(jdbc:)?[a-z+]+)://(?:[^@/]*@)?([A-Za-z0-9_-]+)(?::\\d+)?(/.*)?");

  Map<String, String> translate(Map<String, String> env) {
    var translated = new LinkedHashMap<String, String>();
    env.forEach((key, value) -> reference(key, value).ifPresent(it -> translated.put(key, it)));
    return translated;
  }

  /// Variables that refer to a service which does not run here, with its name.
  Map<String, String> unknown(Map<String, String> env) {
    var unknown = new LinkedHashMap<String, String>();
    env.forEach((key, value) -> stranger(value).ifPresent(name -> unknown.put(key, name)));
    return unknown;
  }

  private Optional<String> stranger(String value) {
    return strangers.stream()
        .filter(
            name ->
                Pattern.compile("(^|//|@|,)%s($|[:/,?])".formatted(Pattern.quote(name)))
                    .matcher(value)
                    .find())
        .findFirst();
  }

  private Optional<String> reference(String key, String value) {
    if (key.equals("PORT") || key.startsWith("EPHEMERAL_")) {
      return Optional.empty();
    }
    var url = URL.matcher(value);
    if (url.matches() && databases.contains(url.group(2))) {
      return Optional.of(url.group(1) != null ? "${db.jdbc_url}" : "${db.url}");
    }
    if (url.matches() && services.contains(url.group(2))) {
      var rest = url.group(3) == null || url.group(3).equals("/") ? "" : url.group(3);
      return Optional.of("${" + url.group(2) + ".url}" + rest);
    }
    if (services.contains(value) && key.endsWith("HOST")) {
      return Optional.of("${" + value + ".host}");
    }
    // The variable's name says which part of the database's address it holds.
    return databases.isEmpty() ? plain(value) : Variables.database(key).or(() -> plain(value));
  }

  private Optional<String> plain(String value) {
    return Optional.of(value).filter(text -> !text.isEmpty() && stranger(text).isEmpty());
  }
}
