package run.ephemeral.data.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Removes roles. A role that has privileges anywhere cannot be dropped, and the owner of any
/// database may give some to a role that never asked: they are taken away first.
final class Roles {
  private static final String PRIVILEGED = "2BP01";

  /// These win over what the owner of a database set for all who connect to it. Whoever holds a
  /// lock on what is to be revoked must not hold up the removal for long.
  private static final String SETTINGS =
      "?options=-c%20role=none%20-c%20lock_timeout=5s%20-c%20statement_timeout=0"
          + "%20-c%20default_transaction_read_only=off";

  private static final String DATABASES =
      """
      SELECT DISTINCT d.datname FROM pg_shdepend s
      JOIN pg_roles r ON r.oid = s.refobjid
      JOIN pg_database d ON d.oid = s.dbid
      WHERE s.refclassid = 'pg_authid'::regclass AND r.rolname = ?
      """;

  private Roles() {}

  /// Drops a role, if it is there.
  static void drop(Connection connection, DatabaseServer server, String role) throws SQLException {
    var drop = "DROP ROLE IF EXISTS " + role;
    try {
      Sql.execute(connection, drop);
    } catch (SQLException e) {
      if (!PRIVILEGED.equals(e.getSQLState())) {
        throw e;
      }
      revoke(connection, server, role);
      Sql.execute(connection, drop);
    }
  }

  /// Also drops what it owns in the databases of others, who let it in.
  private static void revoke(Connection connection, DatabaseServer server, String role)
      throws SQLException {
    for (var database : databases(connection, role)) {
      Sql.execute(connection, "ALTER DATABASE %s ALLOW_CONNECTIONS true".formatted(database));
      var url = server.jdbcUrl(database) + SETTINGS;
      try (var there = DriverManager.getConnection(url, server.user(), server.password())) {
        Sql.execute(there, "DROP OWNED BY " + role);
      }
    }
    // Privileges on databases themselves belong to none of them.
    Sql.execute(connection, "DROP OWNED BY " + role);
  }

  private static List<String> databases(Connection connection, String role) throws SQLException {
    var names = new ArrayList<String>();
    try (var query = connection.prepareStatement(DATABASES)) {
      query.setString(1, role);
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
    }
    return names;
  }
}
