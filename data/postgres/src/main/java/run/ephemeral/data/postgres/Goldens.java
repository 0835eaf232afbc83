package run.ephemeral.data.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.release.Component;

/// Golden databases are seeded once, kept for the next environment with the same seed, and removed
/// when they were unused for long.
///
/// The time of a marker file beside the logs of seeds is the last use of a golden database. Without
/// the file, the time counts from now.
final class Goldens {
  private static final Logger LOG = LoggerFactory.getLogger(Goldens.class);
  private static final String MARK = ".used";

  /// A marker file is not touched again within this time: a write may wait for the disk.
  private static final Duration EXACT = Duration.ofMinutes(1);

  private final DatabaseServer server;
  private final Connections connections;
  private final Seeds seeds;
  private final Catalogue catalogue;
  private final KeyedLocks<String> turns;
  private final Path folder;
  private final Duration unused;

  /// @param turns exclude making and removing the same database, by its name
  /// @param folder of the marker files
  /// @param unused how long an unused golden database is kept
  Goldens(
      DatabaseServer server,
      Connections connections,
      Seeds seeds,
      Catalogue catalogue,
      KeyedLocks<String> turns,
      Path folder,
      Duration unused) {
    this.server = server;
    this.connections = connections;
    this.seeds = seeds;
    this.catalogue = catalogue;
    this.turns = turns;
    this.folder = folder;
    this.unused = unused;
  }

  /// Records that a golden database is about to be copied, or has copies. Called with its turn,
  /// this keeps [#collect()] from removing it for the time `unused`.
  void use(String golden) {
    var mark = mark(golden);
    var now = Instant.now();
    try {
      if (!Files.exists(mark)) {
        Files.createDirectories(folder);
        Files.createFile(mark);
      } else if (Files.getLastModifiedTime(mark).toInstant().isBefore(now.minus(EXACT))) {
        Files.setLastModifiedTime(mark, FileTime.from(now));
      }
    } catch (IOException e) {
      LOG.warn("the use of {} cannot be recorded: {}", golden, e.toString());
    }
  }

  /// Makes a golden database unless it exists. Seeding may take minutes: no connection of the pool
  /// is held meanwhile.
  ///
  /// @return whether the database was made
  boolean make(Component.Database order) throws InterruptedException {
    var golden = DatabaseNames.golden(order);
    try (var _ = turns.take(golden)) {
      use(golden);
      if (isThere(golden)) {
        return false;
      }
      var making = golden + "_making";
      var password = server.passwordOf(making);
      try {
        connections.undisturbed(connection -> begin(connection, making, golden, password));
        seeds.fill(order, server.access(making, golden, password));
        connections.undisturbed(connection -> seal(connection, making, golden));
      } catch (IOException | RuntimeException | InterruptedException e) {
        discard(making, golden);
        throw e;
      }
      return true;
    } catch (IOException | UncheckedIOException e) {
      throw new FaultException(Fault.external("the seed cannot be read: " + e.getMessage(), e), e);
    }
  }

  private boolean isThere(String database) {
    try (var connection = connections.pool().getConnection()) {
      return Sql.databaseExists(connection, database);
    } catch (SQLException e) {
      throw connections.trouble(e);
    }
  }

  private static void begin(Connection connection, String making, String golden, String password)
      throws SQLException {
    Sql.dropDatabase(connection, making);
    Sql.execute(connection, Sql.login(connection, golden, password));
    Sql.execute(
        connection,
        "CREATE DATABASE %s OWNER %s ALLOW_CONNECTIONS false".formatted(making, golden));
    Sql.together(
        connection,
        List.of(
            "REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(making),
            "ALTER DATABASE %s ALLOW_CONNECTIONS true".formatted(making)));
  }

  /// The rename comes last: a database with the final name is complete and closed.
  private void seal(Connection connection, String making, String golden) throws SQLException {
    Sql.execute(connection, "ALTER ROLE %s NOLOGIN".formatted(golden));
    Sql.execute(connection, "ALTER DATABASE %s OWNER TO CURRENT_USER".formatted(making));
    Sql.execute(connection, "ALTER DATABASE %s IS_TEMPLATE false".formatted(making));
    Sql.execute(connection, "ALTER DATABASE %s ALLOW_CONNECTIONS false".formatted(making));
    disconnect(connection, making);
    Sql.execute(connection, "ALTER DATABASE %s RENAME TO %s".formatted(making, golden));
  }

  /// If this fails, too, the next try starts with the removal.
  private void discard(String making, String golden) {
    try {
      connections.undisturbed(
          connection -> {
            Sql.dropDatabase(connection, making);
            Roles.dropGolden(connection, golden);
          });
    } catch (FaultException e) {
      LOG.warn("{} cannot be removed, left to the next try: {}", making, e.getMessage());
    }
  }

  private static void disconnect(Connection connection, String database) throws SQLException {
    var sql =
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = ? AND backend_type = 'client backend'
        """;
    Sql.any(connection, sql, database);
  }

  /// Removes golden databases that were unused for long, with their spares.
  void collect() {
    try {
      var all = catalogue.goldens();
      for (var golden : all.entrySet()) {
        if (golden.getValue()) {
          use(golden.getKey());
        } else {
          collect(golden.getKey());
        }
      }
      for (var mark : marks()) {
        if (!all.containsKey(String.valueOf(mark.getFileName()).replace(MARK, ""))) {
          Files.delete(mark);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("golden databases cannot be collected", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Path> marks() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(MARK)).toList();
    }
  }

  /// A failed removal does not affect the others.
  private void collect(String golden) throws IOException, InterruptedException {
    try {
      removeIfOld(golden);
    } catch (FaultException e) {
      LOG.warn("{} cannot be removed yet: {}", golden, e.getMessage());
    }
  }

  private void removeIfOld(String golden) throws IOException, InterruptedException {
    try (var _ = turns.take(golden)) {
      var before = FileTime.from(Instant.now().minus(unused));
      if (Files.getLastModifiedTime(mark(golden)).compareTo(before) < 0) {
        catalogue.remove(Catalogue.golden(golden));
        LOG.info("removed {}, unused for {} days", golden, unused.toDays());
      }
    } catch (NoSuchFileException e) {
      use(golden);
    }
  }

  private Path mark(String golden) {
    return folder.resolve(golden + MARK);
  }
}
