package run.ephemeral.data.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes unfinished work of a control plane that was killed: statements that the server still
/// executes, since it does not notice a lost client, and incomplete golden databases and spares.
/// Incomplete copies are left to their environments.
final class Unfinished {
  /// The application name of data servers' sessions.
  static final String APPLICATION = "ephemeral-engine";

  private static final String SESSIONS =
      """
      SELECT pg_terminate_backend(pid, 10000)::text FROM pg_stat_activity
      WHERE application_name = '%s' AND usename = current_user AND pid <> pg_backend_pid()
      """
          .formatted(APPLICATION);

  /// Incomplete golden databases and spares, by their suffix: a complete golden database has none.
  /// The anchored pattern leaves out foreign databases with the same prefix.
  private static final String DATABASES =
      """
      SELECT datname FROM pg_database
      WHERE datname ~ '^golden_[0-9a-f]{20}_(making|spare_[0-9]+)$'
      AND shobj_description(oid, 'pg_database') IS NULL
      """;

  /// Roles without a database and without members: a role whose golden database is gone may still
  /// have copies, whose roles are its members.
  private static final String ROLES =
      """
      SELECT rolname FROM pg_roles r WHERE rolname ~ '^golden_[0-9a-f]{20}$'
      AND NOT EXISTS (SELECT 1 FROM pg_database WHERE datname = rolname)
      AND NOT EXISTS (
        SELECT 1 FROM pg_auth_members
        WHERE roleid = r.oid AND member <> quote_ident(current_user)::regrole)
      """;

  private static final Logger LOG = LoggerFactory.getLogger(Unfinished.class);

  private Unfinished() {}

  static void tidy(Connection connection) throws SQLException {
    texts(connection, SESSIONS);
    for (var database : texts(connection, DATABASES)) {
      remove(database, () -> Sql.dropDatabase(connection, database));
    }
    for (var role : texts(connection, ROLES)) {
      remove(role, () -> Roles.dropGolden(connection, role));
    }
  }

  private interface Removal {
    void run() throws SQLException;
  }

  /// A failed removal is left to the next start and does not affect the others.
  private static void remove(String name, Removal removal) {
    try {
      removal.run();
    } catch (SQLException e) {
      LOG.warn("{} is left to the next start: {}", name, e.getMessage());
    }
  }

  private static List<String> texts(Connection connection, String sql) throws SQLException {
    try (var query = connection.createStatement();
        var rows = query.executeQuery(sql)) {
      var texts = new ArrayList<String>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }
}
