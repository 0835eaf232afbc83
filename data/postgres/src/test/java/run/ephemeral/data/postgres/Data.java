package run.ephemeral.data.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.data.Database;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.SourceTree;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Leases;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.process.ProcessEngine;
import run.ephemeral.testkit.EngineContract;
import run.ephemeral.testkit.FakeLedger;
import run.ephemeral.testkit.FakeSwitchboard;
import run.ephemeral.testkit.FolderSources;
import run.ephemeral.testkit.TestPostgres;

/// A real data server on a real PostgreSQL, whose seeds are unpacked and run by a real engine, with
/// short methods for tests.
final class Data implements AutoCloseable {
  static final Mirror REPOSITORY = new Mirror("app-shop");
  private static final int SPARES = 2;

  final Path root;
  final FolderSources sources;
  final PostgresData server;
  private final Duration seed;
  private final ProcessEngine engine;

  Data() {
    this(Duration.ofMinutes(1));
  }

  /// @param seed how long a seed may take
  Data(Duration seed) {
    this(temporary(), new FolderSources(), seed, database());
  }

  private Data(Path root, FolderSources sources, Duration seed, DatabaseServer database) {
    this.root = root;
    this.sources = sources;
    this.seed = seed;
    var leases = new Leases();
    engine =
        new ProcessEngine(
            root,
            sources,
            environment -> Map.of(),
            new FakeLedger(),
            new FakeSwitchboard(),
            () -> new Domain("http", "localhost", 8080),
            leases,
            Limits.DEFAULT,
            System.getenv());
    engine.start(List.of());
    var limits = new DataLimits(seed, SPARES, Limits.DEFAULT.unused());
    server =
        new PostgresData(
            database, sources, engine.seedFolders(), root.resolve("seeds"), leases, limits);
    server.start();
  }

  static Data on(DatabaseServer database) {
    return new Data(temporary(), new FolderSources(), Duration.ofMinutes(1), database);
  }

  static DatabaseServer database() {
    var address = TestPostgres.server();
    return new DatabaseServer(address.host(), address.port(), address.user(), address.password());
  }

  /// Runs a statement as the server's own user.
  ///
  /// @return the first column of its rows, if it has any
  static List<String> ask(String sql) {
    var server = database();
    var url = server.jdbcUrl("postgres");
    try (var connection = DriverManager.getConnection(url, server.user(), server.password());
        var statement = connection.createStatement()) {
      var found = new ArrayList<String>();
      if (statement.execute(sql)) {
        for (var rows = statement.getResultSet(); rows.next(); ) {
          found.add(rows.getString(1));
        }
      }
      return found;
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  static Component.Database database(
      ComponentName name, Optional<String> hash, String path, Optional<String> command) {
    var seed = hash.map(known -> new SourceTree(REPOSITORY, path, known));
    return new Component.Database(name, seed, command);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("ephemeral-data-").toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Like a kill and restart of the control plane: a second one on the same server, unknown to the
  /// first.
  void again() {
    new Data(temporary(), sources, seed, database()).close();
  }

  static EnvironmentKey key() {
    return EngineContract.fresh();
  }

  String done(EnvironmentKey environment, Step.OfData step) {
    return switch (perform(environment, step)) {
      case Outcome.Done(var detail) -> detail;
      case Outcome.Failed(var fault) -> throw new AssertionError(fault.message());
      case Outcome.Stale(), Outcome.NotYet() -> throw new AssertionError("not done");
    };
  }

  String fails(EnvironmentKey environment, Step.OfData step) {
    return switch (perform(environment, step)) {
      case Outcome.Done(var detail) -> throw new AssertionError("done: " + detail);
      case Outcome.Failed(var fault) -> fault.message();
      case Outcome.Stale(), Outcome.NotYet() -> throw new AssertionError("not done");
    };
  }

  private Outcome perform(EnvironmentKey environment, Step.OfData step) {
    try {
      return server.perform(environment, step, new Fence(1, 1));
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  DataServer.Held observe(EnvironmentKey environment) {
    return server.observe(environment);
  }

  /// How to reach an existing database.
  Database database(EnvironmentKey environment, ComponentName name) {
    return Optional.ofNullable(server.of(environment).get(name)).orElseThrow();
  }

  @Override
  public void close() {
    try {
      engine.close();
      server.close();
      delete(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
