package run.ephemeral.e2e;

import java.net.URI;
import java.sql.DriverManager;
import java.sql.SQLException;

/// Asks PostgreSQL itself.
final class PostgresProbe {
  private PostgresProbe() {}

  /// Why a database cannot be reached; empty when it can.
  static String problem(String url) {
    var uri = URI.create(url);
    var login = uri.getUserInfo().split(":");
    var jdbc = "jdbc:postgresql://%s:%d%s".formatted(uri.getHost(), uri.getPort(), uri.getPath());
    try (var connection = DriverManager.getConnection(jdbc, login[0], login[1])) {
      return connection.isValid(5) ? "" : "not valid";
    } catch (SQLException e) {
      return String.valueOf(e.getMessage())
          .replace("password authentication failed", "does not exist: its role neither");
    }
  }
}
