package run.ephemeral.data.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Removes roles.
///
/// A role with privileges anywhere cannot be dropped, and the owner of any database may grant some
/// to the role of another environment: they are revoked first. The role of a golden database owns
/// the contents of its copies, and is dropped only if there are none.
final class Roles {
  private static final String PRIVILEGED = "2BP01";

  /// Override the settings that the owner of a database made for all connections to it.
  private static final String SETTINGS =
      "?options=-c%20role=none%20-c%20lock_timeout=5s%20-c%20statement_timeout=0"
          + "%20-c%20transaction_timeout=0%20-c%20idle_session_timeout=0"
          + "%20-c%20default_transaction_read_only=off%20-c%20local_preload_libraries=";

  /// Our databases in which the role has privileges, and whether they allow connections.
  private static final String DATABASES =
      """
      SELECT DISTINCT d.datname, d.datallowconn FROM pg_shdepend s
      JOIN pg_roles r ON r.oid = s.refobjid
      JOIN pg_database d ON d.oid = s.dbid
      WHERE s.refclassid = 'pg_authid'::regclass AND r.rolname = ?
      AND d.datname ~ '^(e[0-9]+_|golden_[0-9a-f]{20})'
      """;

  private static final String SESSIONS =
      """
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = ? AND backend_type = 'client backend' AND pid <> pg_backend_pid()
      """;

  private Roles() {}

  /// Drops the role of a golden database, if it exists. Fails if the role owns anything.
  static void dropGolden(Connection connection, String role) throws SQLException {
    Sql.execute(connection, "DROP ROLE IF EXISTS " + role);
  }

  /// Drops the role of an environment's database, if it exists.
  static void drop(Connection connection, DatabaseServer server, String role) throws SQLException {
    var drop = "DROP ROLE IF EXISTS " + role;
    try {
      Sql.execute(connection, drop);
    } catch (SQLException e) {
      if (!PRIVILEGED.equals(e.getSQLState())) {
        throw e;
      }
      for (var database : databases(connection, role).entrySet()) {
        revoke(connection, server, role, database.getKey(), database.getValue());
      }
      // Privileges on databases themselves are stored in none of them.
      Sql.execute(connection, "DROP OWNED BY %s CASCADE".formatted(role));
      Sql.execute(connection, drop);
    }
  }

  /// Also drops what the role owns in the database of another environment, whose owner let it in.
  /// Ends the sessions of that database: they may hold locks on the objects concerned.
  private static void revoke(
      Connection connection, DatabaseServer server, String role, String database, boolean isOpen)
      throws SQLException {
    Sql.execute(connection, "ALTER DATABASE %s RESET ALL".formatted(database));
    Sql.together(
        connection,
        List.of(
            "ALTER DATABASE %s ALLOW_CONNECTIONS true CONNECTION LIMIT -1".formatted(database),
            "GRANT CONNECT ON DATABASE %s TO CURRENT_USER".formatted(database)));
    var url = server.jdbcUrl(database) + SETTINGS;
    try (var there = DriverManager.getConnection(url, server.user(), server.password())) {
      Sql.any(there, SESSIONS, database);
      Sql.execute(there, "DROP OWNED BY %s CASCADE".formatted(role));
    } finally {
      Sql.execute(connection, "ALTER DATABASE %s ALLOW_CONNECTIONS %s".formatted(database, isOpen));
    }
  }

  private static Map<String, Boolean> databases(Connection connection, String role)
      throws SQLException {
    var found = new HashMap<String, Boolean>();
    try (var query = connection.prepareStatement(DATABASES)) {
      query.setString(1, role);
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          found.put(rows.getString(1), rows.getBoolean(2));
        }
      }
    }
    return found;
  }
}
