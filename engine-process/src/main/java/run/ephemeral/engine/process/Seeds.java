package run.ephemeral.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.engine.Inspection;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.DatabaseOrder;

/// Fills a golden database: by SQL files in the order of their names, or by a command.
final class Seeds {
  private static final Logger LOG = LoggerFactory.getLogger(Seeds.class);

  private final Path folder;
  private final Sources sources;
  private final Commands commands;
  private final Toolchain toolchain;
  private final Limits limits;

  /// @param folder where what their commands said is kept
  Seeds(Path folder, Sources sources, Commands commands, Toolchain toolchain, Limits limits) {
    this.folder = folder;
    this.sources = sources;
    this.commands = commands;
    this.toolchain = toolchain;
    this.limits = limits;
  }

  void fill(DatabaseOrder order, Inspection.Database database)
      throws IOException, InterruptedException {
    if (order.seed().isEmpty()) {
      return;
    }
    try (var scratch = commands.folder()) {
      var unpacked = scratch.path();
      sources.checkOut(order.repository(), order.seed().get(), order.path(), unpacked);
      if (order.command().isPresent()) {
        run(order, order.command().get(), unpacked, database);
      } else {
        load(order, unpacked, database);
      }
    }
  }

  private void run(
      DatabaseOrder order, String command, Path directory, Inspection.Database database)
      throws IOException, InterruptedException {
    var env = toolchain.variables();
    env.put("DATABASE_URL", database.url());
    env.put("JDBC_DATABASE_URL", database.jdbcUrl());
    env.put("PGHOST", database.host());
    env.put("PGPORT", Integer.toString(database.port()));
    env.put("PGDATABASE", database.name());
    env.put("PGUSER", database.user());
    env.put("PGPASSWORD", database.password());
    Files.createDirectories(folder);
    var log = folder.resolve(order.key().brief() + ".log");
    Files.deleteIfExists(log);
    var result = commands.run(directory, command, env, log, limits.seed());
    if (!result.passed()) {
      var full = Disk.fault(result.words(), folder);
      throw new FaultException(
          full.orElseGet(() -> Fault.user("seed command " + result.sentence())));
    }
  }

  private void load(DatabaseOrder order, Path directory, Inspection.Database database)
      throws IOException {
    var url = database.jdbcUrl() + "&preferQueryMode=simple&options=-c%20synchronous_commit=off";
    var files = sqlFiles(order, directory);
    try (var connection = DriverManager.getConnection(url);
        var limit = new Curfew(connection, limits.seed())) {
      for (var file : files) {
        var isFile = order.path().endsWith(".sql");
        var name = isFile ? order.path() : order.path() + "/" + file.getFileName();
        try (var reader = Files.newBufferedReader(file)) {
          new SqlScript(name, reader).run(connection);
        } catch (SQLException e) {
          if (limit.isOver()) {
            throw late(name);
          }
          throw e;
        }
      }
    } catch (SQLException e) {
      throw new FaultException(Databases.fault("the seed cannot be loaded", e), e);
    }
  }

  private FaultException late(String name) {
    return new FaultException(
        Fault.user(
            "seed %s did not end within %s".formatted(name, Commands.seconds(limits.seed()))));
  }

  /// Cuts a connection when its time is up: whatever the server does for it, its client goes on
  /// at once. Who drops the database ends what the server still does.
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
        LOG.warn("a seed that takes too long cannot be ended: {}", e.toString());
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

  private static List<Path> sqlFiles(DatabaseOrder order, Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      var sql =
          files
              .filter(file -> file.toString().endsWith(".sql") && Files.isRegularFile(file))
              .sorted()
              .toList();
      if (sql.isEmpty()) {
        throw new FaultException(
            Fault.user("the seed `%s` has no file that ends with .sql".formatted(order.path())));
      }
      return sql;
    }
  }
}
