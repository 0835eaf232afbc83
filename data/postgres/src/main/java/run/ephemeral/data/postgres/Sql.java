package run.ephemeral.data.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// Short questions and orders to PostgreSQL. Names in them are ours: [PostgresData] makes them.
final class Sql {
  private static final long LARGE = 64L * 1024 * 1024;

  /// Of one role: a service that opens ever more must not use up those of all others.
  private static final int CONNECTIONS = 100;

  private Sql() {}

  static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Several orders that happen all or not at all: what comes in one message is one transaction.
  static void together(Connection connection, List<String> orders) throws SQLException {
    execute(connection, String.join("; ", orders));
  }

  /// Whether a question that has one parameter has any answer.
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

  /// The order that gives a role its password, whether the role is there or not.
  static String login(Connection connection, String role, String password) throws SQLException {
    return (roleExists(connection, role) ? "ALTER" : "CREATE") + login(role, password);
  }

  /// The order that makes a role that is not there.
  static String newLogin(String role, String password) {
    return "CREATE" + login(role, password);
  }

  private static String login(String role, String password) {
    return " ROLE %s LOGIN CONNECTION LIMIT %d PASSWORD '%s'"
        .formatted(role, CONNECTIONS, password);
  }

  /// Copies a closed database, and leaves the copy closed: nobody may connect before PUBLIC may
  /// not. Small ones go through the log, which spares two checkpoints; large ones are copied file
  /// by file.
  static void copy(Connection connection, String from, String to) throws SQLException {
    var strategy = size(connection, from) > LARGE ? "FILE_COPY" : "WAL_LOG";
    execute(
        connection,
        "CREATE DATABASE %s TEMPLATE %s STRATEGY %s ALLOW_CONNECTIONS false"
            .formatted(to, from, strategy));
    execute(connection, "REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(to));
  }

  /// Drops a database, if it is there. Its owner may have made it a template, which cannot be
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
