package run.ephemeral.cli.init;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a variable's name tells about what it wants to be told.
final class Variables {
  private static final Pattern DATABASE =
      Pattern.compile(
          "(?:PG|DB|DATABASE|POSTGRES|POSTGRESQL)_?"
              + "(HOST|HOSTNAME|PORT|USER|USERNAME|PASSWORD|PASS|NAME|DATABASE|DB|DBNAME"
              + "|URL|URI|DSN|CONNECTION_STRING)");
  private static final Pattern SERVICE =
      Pattern.compile(
          "(VITE_|NEXT_PUBLIC_|NUXT_PUBLIC_|REACT_APP_|PUBLIC_)?([A-Z0-9_]+?)_"
              + "(URL|BASE_URL|URI|ENDPOINT|ORIGIN|HOST|PORT)");

  private Variables() {}

  /// A reference to the database `db`, when the name asks for a part of one.
  static Optional<String> database(String key) {
    if (key.equals("JDBC_URL") || key.equals("JDBC_DATABASE_URL")) {
      return Optional.of("${db.jdbc_url}");
    }
    var match = DATABASE.matcher(key);
    if (!match.matches()) {
      return Optional.empty();
    }
    var field =
        switch (match.group(1)) {
          case "HOST", "HOSTNAME" -> "host";
          case "PORT" -> "port";
          case "USER", "USERNAME" -> "user";
          case "PASSWORD", "PASS" -> "password";
          case "NAME", "DATABASE", "DB", "DBNAME" -> "name";
          default -> "url";
        };
    return Optional.of("${db." + field + "}");
  }

  /// All that ask for the database; `DATABASE_URL` when none does.
  static Map<String, String> ofDatabase(Collection<String> keys) {
    var found = new LinkedHashMap<String, String>();
    keys.forEach(key -> database(key).ifPresent(reference -> found.put(key, reference)));
    return found.isEmpty() ? Map.of("DATABASE_URL", "${db.url}") : found;
  }

  /// A reference to another service, when the name begins with its name.
  static Optional<String> service(String key, Collection<String> services) {
    var match = SERVICE.matcher(key);
    if (!match.matches()) {
      return Optional.empty();
    }
    var wanted = match.group(2).toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    var field =
        switch (match.group(3)) {
          case "HOST" -> "host";
          case "PORT" -> "port";
          // A browser asks from outside.
          default -> match.group(1) == null ? "url" : "public_url";
        };
    return services.stream()
        .filter(wanted::equals)
        .findFirst()
        .map(name -> "${%s.%s}".formatted(name, field));
  }
}
