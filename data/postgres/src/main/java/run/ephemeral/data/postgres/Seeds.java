package run.ephemeral.data.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.Seconds;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.data.Database;
import run.ephemeral.core.data.SeedFolders;
import run.ephemeral.core.release.Component;

/// Fills a golden database: by SQL files in the order of their names, or by a command.
final class Seeds {
  private static final Logger LOG = LoggerFactory.getLogger(Seeds.class);

  private final Sources sources;
  private final SeedFolders folders;
  private final Duration limit;

  /// @param limit how long a seed may take
  Seeds(Sources sources, SeedFolders folders, Duration limit) {
    this.sources = sources;
    this.folders = folders;
    this.limit = limit;
  }

  void fill(Component.Database order, Database database) throws IOException, InterruptedException {
    if (order.seed().isEmpty()) {
      return;
    }
    try (var folder = folders.open()) {
      var seed = order.seed().get();
      sources.checkOut(seed.mirror(), seed.hash(), seed.path(), folder.path());
      if (order.command().isPresent()) {
        folder.run(order.key().brief(), order.command().get(), variables(database), limit);
      } else {
        load(seed.path(), folder.path(), database);
      }
    }
  }

  private static Map<String, String> variables(Database database) {
    return Map.of(
        "DATABASE_URL", database.url(),
        "JDBC_DATABASE_URL", database.jdbcUrl(),
        "PGHOST", database.host(),
        "PGPORT", Integer.toString(database.port()),
        "PGDATABASE", database.name(),
        "PGUSER", database.user(),
        "PGPASSWORD", database.password());
  }

  private void load(String path, Path directory, Database database) throws IOException {
    var url = database.jdbcUrl() + "&preferQueryMode=simple&options=-c%20synchronous_commit=off";
    var files = sqlFiles(path, directory);
    try (var connection = DriverManager.getConnection(url);
        var curfew = new Curfew(connection, limit)) {
      for (var file : files) {
        var isFile = path.endsWith(".sql");
        var name = isFile ? path : path + "/" + file.getFileName();
        try (var reader = Files.newBufferedReader(file)) {
          new SqlScript(name, reader).run(connection);
        } catch (SQLException e) {
          if (curfew.isOver()) {
            throw late(name);
          }
          throw e;
        }
      }
    } catch (SQLException e) {
      throw new FaultException(Connections.fault("the seed cannot be loaded", e), e);
    }
  }

  private FaultException late(String name) {
    return new FaultException(
        Fault.user("seed %s did not end within %s".formatted(name, Seconds.text(limit))));
  }

  /// Aborts a connection after a time limit: its client continues at once, whatever the server
  /// does. The statement on the server ends when the database is dropped.
  private static final class Curfew implements AutoCloseable {
    private final Thread thread;
    private volatile boolean over;

    Curfew(Connection connection, Duration limit) {
      thread = Thread.startVirtualThread(() -> await(connection, limit));
    }

    private void await(Connection connection, Duration limit) {
      try {
        Thread.sleep(limit);
        over = true;
        connection.abort(Runnable::run);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (SQLException e) {
        LOG.warn("a seed cannot be aborted after its time limit: {}", e.toString());
      }
    }

    boolean isOver() {
      return over;
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }

  private static List<Path> sqlFiles(String path, Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      var sql =
          files
              .filter(file -> file.toString().endsWith(".sql") && Files.isRegularFile(file))
              .sorted()
              .toList();
      if (sql.isEmpty()) {
        throw new FaultException(
            Fault.user("the seed `%s` has no file that ends with .sql".formatted(path)));
      }
      return sql;
    }
  }
}
