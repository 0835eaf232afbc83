package run.ephemeral.data.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// Short queries and statements. Names in them come from [PostgresData] and need no quoting.
final class Sql {
  private static final long LARGE = 64L * 1024 * 1024;

  /// For one role: a service that leaks connections must not use up those of all others.
  private static final int CONNECTIONS = 100;

  private Sql() {}

  static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Executes several statements atomically: what is sent together is one transaction.
  static void together(Connection connection, List<String> orders) throws SQLException {
    execute(connection, String.join("; ", orders));
  }

  /// Whether a query with one parameter has any row.
  static boolean any(Connection connection, String sql, String value) throws SQLException {
    try (var query = connection.prepareStatement(sql)) {
      query.setString(1, value);
      try (var rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  static boolean databaseExists(Connection connection, String name) throws SQLException {
    return any(connection, "SELECT 1 FROM pg_database WHERE datname = ?", name);
  }

  static boolean roleExists(Connection connection, String name) throws SQLException {
    return any(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", name);
  }

  /// The statement that sets a role's password, and creates the role unless it exists.
  static String login(Connection connection, String role, String password) throws SQLException {
    return (roleExists(connection, role) ? "ALTER" : "CREATE") + login(role, password);
  }

  /// The statement that creates a role.
  static String newLogin(String role, String password) {
    return "CREATE" + login(role, password);
  }

  private static String login(String role, String password) {
    return " ROLE %s LOGIN CONNECTION LIMIT %d PASSWORD '%s'"
        .formatted(role, CONNECTIONS, password);
  }

  /// Copies a closed database and leaves the copy closed, since nobody may connect before CONNECT
  /// is revoked from PUBLIC. Small databases are copied through the WAL, which saves two
  /// checkpoints; large ones file by file.
  static void copy(Connection connection, String from, String to) throws SQLException {
    var strategy = size(connection, from) > LARGE ? "FILE_COPY" : "WAL_LOG";
    execute(
        connection,
        "CREATE DATABASE %s TEMPLATE %s STRATEGY %s ALLOW_CONNECTIONS false"
            .formatted(to, from, strategy));
    execute(connection, "REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(to));
  }

  /// Drops a database, if it exists. The owner may have made it a template, which cannot be
  /// dropped.
  static void dropDatabase(Connection connection, String name) throws SQLException {
    if (databaseExists(connection, name)) {
      execute(connection, "ALTER DATABASE %s IS_TEMPLATE false".formatted(name));
      execute(connection, "DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(name));
    }
  }

  private static long size(Connection connection, String database) throws SQLException {
    try (var query = connection.prepareStatement("SELECT pg_database_size(?)")) {
      query.setString(1, database);
      try (var rows = query.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }
  }
}
