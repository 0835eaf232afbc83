package run.ephemeral.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import run.ephemeral.postgres.Address;
import run.ephemeral.postgres.PostgresServer;

/// One real server for all tests of a JVM, with any number of fresh databases.
public final class TestPostgres {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static Optional<Address> shared = Optional.empty();

  private TestPostgres() {}

  /// The server. It is stopped and deleted when the JVM exits.
  public static synchronized Address server() {
    if (shared.isEmpty()) {
      shared = Optional.of(start());
    }
    return shared.get();
  }

  /// An empty database, as a JDBC URL for the server's own user.
  public static String database() {
    var address = server();
    var name = "test_" + COUNT.incrementAndGet();
    try (var connection =
            DriverManager.getConnection(
                address.jdbcUrl("postgres"), address.user(), address.password());
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
      return address.jdbcUrl(name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Address start() {
    try {
      var folder = Files.createTempDirectory("ephemeral-test-postgres-");
      var server = new PostgresServer(folder);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    server.stop();
                    delete(folder);
                  }));
      return server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
