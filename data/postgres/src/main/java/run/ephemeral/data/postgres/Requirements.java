package run.ephemeral.data.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;

/// What a PostgreSQL server and its role must provide to hold databases of environments.
///
/// In version 16 and later, `createrole_self_grant` lets a role without SUPERUSER own what it
/// creates for other roles.
final class Requirements {
  private static final int VERSION = 16;

  /// Databases that everybody may connect to: a service must reach no database but its own.
  private static final String OPEN =
      """
      SELECT datname FROM pg_database
      WHERE datname IN ('postgres', 'template1') AND datallowconn
      AND has_database_privilege('public', oid, 'CONNECT')
      """;

  private static final String QUESTION =
      """
      SELECT current_setting('server_version_num')::int / 10000, rolname,
             rolsuper OR rolcreatedb, rolsuper OR rolcreaterole
      FROM pg_roles WHERE rolname = current_user
      """;

  private Requirements() {}

  /// @throws FaultException that names what is missing
  static void check(DatabaseServer server) throws SQLException {
    // Not a connection of the pool: older versions refuse the settings of those.
    try (var connection =
        DriverManager.getConnection(server.jdbcUrl("postgres"), server.user(), server.password())) {
      var missing = missing(connection);
      if (!missing.isEmpty()) {
        throw new FaultException(
            Fault.user(
                "PostgreSQL at %s cannot hold databases of environments: %s"
                    .formatted(server, String.join("; ", missing))));
      }
    }
  }

  private static List<String> missing(Connection connection) throws SQLException {
    var missing = new ArrayList<String>();
    try (var query = connection.createStatement();
        var row = query.executeQuery(QUESTION)) {
      row.next();
      if (row.getInt(1) < VERSION) {
        missing.add("it is version %d, and %d is needed".formatted(row.getInt(1), VERSION));
      }
      if (!row.getBoolean(3)) {
        missing.add("its role %s lacks CREATEDB".formatted(row.getString(2)));
      }
      if (!row.getBoolean(4)) {
        missing.add("its role %s lacks CREATEROLE".formatted(row.getString(2)));
      }
    }
    try (var query = connection.createStatement();
        var rows = query.executeQuery(OPEN)) {
      while (rows.next()) {
        missing.add(
            "everybody may connect to %1$s: `REVOKE CONNECT ON DATABASE %1$s FROM PUBLIC`"
                .formatted(rows.getString(1)));
      }
    }
    return missing;
  }
}
