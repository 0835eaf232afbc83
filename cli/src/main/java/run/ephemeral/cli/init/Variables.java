package run.ephemeral.cli.init;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Derives the value of a variable from its name.
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

  /// A reference to the database `db`, if the name means a part of a database's address.
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

  /// References for all names that mean the database; `DATABASE_URL` if there is none.
  static Map<String, String> ofDatabase(Collection<String> keys) {
    var found = new LinkedHashMap<String, String>();
    keys.forEach(key -> database(key).ifPresent(reference -> found.put(key, reference)));
    return found.isEmpty() ? Map.of("DATABASE_URL", "${db.url}") : found;
  }

  /// A reference to another service, if the variable's name begins with the service's name.
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
          // Variables for browsers need the public address.
          default -> match.group(1) == null ? "url" : "public_url";
        };
    return services.stream()
        .filter(wanted::equals)
        .findFirst()
        .map(name -> "${%s.%s}".formatted(name, field));
  }
}
