package run.ephemeral.data.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;

/// An SQL file as people and `pg_dump` write it: statements, and `COPY … FROM stdin` with rows.
/// Executed while it is read, so that it may be larger than memory.
///
/// Statements are sent one by one, each a transaction of its own unless the file says otherwise, so
/// that it is known which one failed. Commands of psql, which begin with a backslash, are refused,
/// except `restrict` and `unrestrict`, which `pg_dump` writes around a dump.
final class SqlScript {
  private static final Pattern COPY =
      Pattern.compile("(?is)COPY\\s.+\\sFROM\\s+stdin\\b(?!.*\\sFROM\\s).*");
  private static final Pattern HARMLESS = Pattern.compile("\\\\(un)?restrict(\\s.*)?");
  private static final Pattern COPY_LINE = Pattern.compile("COPY .*?, line (\\d+).*");

  /// Classes of SQL states that concern the server, not the script.
  private static final Set<String> NOT_ITS_FAULT = Set.of("08", "53", "57", "58", "XX");

  private final String name;
  private final BufferedReader reader;
  private int number;

  /// @param name of the file, for messages
  SqlScript(String name, BufferedReader reader) {
    this.name = name;
    this.reader = reader;
  }

  void run(Connection connection) throws SQLException, IOException {
    var text = new SqlText();
    for (var line = next(); line.isPresent(); line = next()) {
      if (text.isPlain() && line.get().startsWith("\\")) {
        refuse(line.get());
        continue;
      }
      var at = new int[1];
      for (var found = text.take(line.get(), number, at);
          found.isPresent();
          found = text.take(line.get(), number, at)) {
        run(connection, found.get());
      }
    }
    var rest = text.rest();
    if (rest.isPresent()) {
      run(connection, rest.get());
    }
    if (connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE) {
      throw trouble(number - 1, "it ends inside a transaction, whose work is lost without COMMIT");
    }
  }

  private Optional<String> next() throws IOException {
    number++;
    try {
      var line = reader.readLine();
      return Optional.ofNullable(number == 1 && line != null ? line.replace("\uFEFF", "") : line);
    } catch (CharacterCodingException e) {
      throw new FaultException(Fault.user("seed " + name + " is not text in UTF-8"), e);
    }
  }

  private void refuse(String line) {
    if (!HARMLESS.matcher(line).matches()) {
      throw trouble(number, "`%s` is a command of psql, not SQL".formatted(line.strip()));
    }
  }

  private void run(Connection connection, SqlText.Statement found)
      throws SQLException, IOException {
    var sql = found.sql();
    var isCopy = sql.regionMatches(true, 0, "copy", 0, 4) && COPY.matcher(sql).matches();
    if (isCopy) {
      copy(connection, sql, found.line());
      return;
    }
    try (var statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    } catch (SQLException e) {
      var server = saidOfScript(e);
      throw trouble(found.line() + linesBefore(server.getPosition(), sql), server);
    }
  }

  private void copy(Connection connection, String sql, int line) throws SQLException, IOException {
    var first = number + 1;
    try {
      var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
      try {
        send(copy, line);
        copy.endCopy();
      } finally {
        if (copy.isActive()) {
          copy.cancelCopy();
        }
      }
    } catch (SQLException e) {
      var server = saidOfScript(e);
      var row = COPY_LINE.matcher(Optional.ofNullable(server.getWhere()).orElse("").strip());
      throw trouble(row.lookingAt() ? first + Integer.parseInt(row.group(1)) - 1 : line, server);
    }
  }

  private void send(CopyIn copy, int line) throws SQLException, IOException {
    for (var row = next(); row.isPresent(); row = next()) {
      if (row.get().equals("\\.")) {
        return;
      }
      var bytes = (row.get() + "\n").getBytes(UTF_8);
      copy.writeToCopy(bytes, 0, bytes.length);
    }
    throw trouble(line, "the rows of COPY do not end with a line `\\.`");
  }

  /// The server's message if the script is at fault. Anything else, such as a broken connection, is
  /// thrown again.
  private static ServerErrorMessage saidOfScript(SQLException e) throws SQLException {
    if (e instanceof PSQLException postgres) {
      var server = postgres.getServerErrorMessage();
      var state = String.valueOf(e.getSQLState());
      if (server != null && state.length() == 5 && !NOT_ITS_FAULT.contains(state.substring(0, 2))) {
        return server;
      }
    }
    throw e;
  }

  private static int linesBefore(int position, String sql) {
    var before = sql.substring(0, Math.clamp(position - 1L, 0, sql.length()));
    return (int) before.chars().filter(c -> c == '\n').count();
  }

  private FaultException trouble(int line, ServerErrorMessage server) {
    var detail = Optional.ofNullable(server.getDetail()).map(more -> ": " + more).orElse("");
    return trouble(line, server.getMessage() + detail);
  }

  private FaultException trouble(int line, String message) {
    return new FaultException(
        Fault.user("seed %s:%d: %s".formatted(name, line, message.replace("\n", " "))));
  }
}
