package run.ephemeral.e2e;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Queries PostgreSQL directly.
final class PostgresProbe {
  private PostgresProbe() {}

  /// Why a database cannot be reached; empty when it can.
  static String problem(String url) {
    try (var connection = connect(url)) {
      return connection.isValid(5) ? "" : "not valid";
    } catch (SQLException e) {
      return String.valueOf(e.getMessage())
          .replace("password authentication failed", "does not exist: its role neither");
    }
  }

  /// The number that a query returns.
  static long number(String url, String sql) {
    try (var connection = connect(url);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /// The first column of every row that a query returns.
  static List<String> texts(String url, String sql) {
    try (var connection = connect(url);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var texts = new ArrayList<String>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  static void execute(String url, String sql) {
    try (var connection = connect(url);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static Connection connect(String url) throws SQLException {
    var uri = URI.create(url);
    var login = uri.getUserInfo().split(":", -1);
    var jdbc = "jdbc:postgresql://%s:%d%s".formatted(uri.getHost(), uri.getPort(), uri.getPath());
    return DriverManager.getConnection(jdbc, login[0], login[1]);
  }
}
