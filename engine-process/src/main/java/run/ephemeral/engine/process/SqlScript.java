package run.ephemeral.engine.process;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;

/// An SQL file as people and `pg_dump` write them: statements, and `COPY … FROM stdin` with its
/// rows.
///
/// Statements go to the server as they are, many at once; it knows best where one ends. The
/// other commands of psql, which begin with a backslash, are refused, but for the two that
/// `pg_dump` writes around a dump to restrict them.
final class SqlScript {
  private static final Pattern COPY =
      Pattern.compile("(?is)\\s*COPY\\s.+\\sFROM\\s+stdin\\s*(WITH\\s.+|\\(.+\\))?\\s*;\\s*");
  private static final Pattern HARMLESS = Pattern.compile("\\\\(un)?restrict\\s.*");

  private final String name;
  private final List<Piece> pieces = new ArrayList<>();

  private sealed interface Piece {
    record Statements(String sql, int line) implements Piece {}

    record Rows(String copy, String rows, int line) implements Piece {}
  }

  /// @param name the file's, for messages
  SqlScript(String name, String text) {
    this.name = name;
    cut(text.lines().toList());
  }

  private void cut(List<String> lines) {
    var statements = new StringBuilder();
    var begin = 1;
    for (int i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      if (line.startsWith("\\")) {
        refuse(line, i + 1);
      } else if (COPY.matcher(line).matches()) {
        pieces.add(new Piece.Statements(statements.toString(), begin));
        statements.setLength(0);
        var end = lines.subList(i, lines.size()).indexOf("\\.");
        if (end < 0) {
          throw trouble(i + 1, "the rows of COPY do not end with a line `\\.`");
        }
        var rows = String.join("\n", lines.subList(i + 1, i + end));
        pieces.add(new Piece.Rows(line.strip(), rows.isEmpty() ? "" : rows + "\n", i + 1));
        i += end;
        begin = i + 2;
      } else {
        statements.append(line).append('\n');
      }
    }
    pieces.add(new Piece.Statements(statements.toString(), begin));
  }

  private void refuse(String line, int number) {
    if (!HARMLESS.matcher(line).matches()) {
      throw trouble(number, "`%s` is a command of psql, not SQL".formatted(line.strip()));
    }
  }

  void run(Connection connection) throws SQLException {
    for (var piece : pieces) {
      switch (piece) {
        case Piece.Statements(var sql, var line) -> execute(connection, sql, line);
        case Piece.Rows(var copy, var rows, var line) -> copy(connection, copy, rows, line);
      }
    }
  }

  private void execute(Connection connection, String sql, int line) throws SQLException {
    if (sql.isBlank()) {
      return;
    }
    try (var statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    } catch (SQLException e) {
      throw trouble(line + lineOf(e, sql), String.valueOf(e.getMessage()));
    }
  }

  private void copy(Connection connection, String copy, String rows, int line) throws SQLException {
    try {
      connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy, new StringReader(rows));
    } catch (SQLException e) {
      throw trouble(line, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot be read", e);
    }
  }

  private static int lineOf(SQLException e, String sql) {
    if (e instanceof org.postgresql.util.PSQLException postgres
        && postgres.getServerErrorMessage() != null) {
      var position = Math.clamp(postgres.getServerErrorMessage().getPosition(), 0, sql.length());
      return (int) sql.substring(0, position).chars().filter(c -> c == '\n').count();
    }
    return 0;
  }

  private FaultException trouble(int line, String message) {
    return new FaultException(
        Fault.user("seed %s:%d: %s".formatted(name, line, message.replace("\n", " "))));
  }
}
