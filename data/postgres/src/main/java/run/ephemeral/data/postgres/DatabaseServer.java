package run.ephemeral.data.postgres;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import run.ephemeral.core.Digest;
import run.ephemeral.core.data.Database;

/// The PostgreSQL server for databases, and the user that creates them.
public record DatabaseServer(String host, int port, String user, String password) {
  static final int CONNECTIONS = 8;

  /// The idle time after which a connection is validated before use; making a database uses
  /// several in a row. A connection that an interrupt closed has raised a connection error, and the
  /// exception sorter removes it from the pool.
  static final Duration FRESH = Duration.ofMillis(20);

  /// A lost commit on these connections is harmless: what refers to its effect, such as a row that
  /// says a database exists, comes later in the same WAL. Passwords are random and long, so one
  /// round of hashing is enough, also for the connections of services. Catalog queries are planned
  /// once per connection: planning takes longer than executing. A user without SUPERUSER becomes a
  /// member of the roles that it creates.
  private static final String SETTINGS =
      "?options=-c%20synchronous_commit=off%20-c%20scram_iterations=1"
          + "%20-c%20plan_cache_mode=force_generic_plan"
          + "%20-c%20createrole_self_grant=set,inherit&ApplicationName="
          + Unfinished.APPLICATION;

  private static final ConnectionValidator VALIDATOR =
      ConnectionValidator.defaultValidatorWithTimeout(5);

  String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
  }

  /// A pool of connections for making databases.
  AgroalDataSource connect() throws SQLException {
    var configuration =
        new AgroalDataSourceConfigurationSupplier()
            .connectionPoolConfiguration(
                pool ->
                    pool.maxSize(CONNECTIONS)
                        .acquisitionTimeout(Duration.ofSeconds(30))
                        .connectionValidator(DatabaseServer::isValid)
                        .idleValidationTimeout(FRESH)
                        .exceptionSorter(new PostgreSQLExceptionSorter())
                        .connectionFactoryConfiguration(
                            factory ->
                                factory
                                    .jdbcUrl(jdbcUrl("postgres") + SETTINGS)
                                    .principal(new NamePrincipal(user))
                                    .credential(new SimplePassword(password))));
    return AgroalDataSource.from(configuration);
  }

  /// On an interrupted thread validation would close the connection, and Agroal would go on with
  /// the next.
  private static boolean isValid(Connection connection) {
    return Thread.currentThread().isInterrupted() || VALIDATOR.isValid(connection);
  }

  /// How to reach a database.
  Database access(String database, String user, String password) {
    var place = this + "/" + database;
    return new Database(
        "postgresql://" + user + ":" + password + "@" + place,
        "jdbc:postgresql://" + place + "?user=" + user + "&password=" + password,
        host,
        port,
        database,
        user,
        password);
  }

  /// Derived, so that it need not be stored: the server's password gives access to every database
  /// anyway.
  String passwordOf(String role) {
    return Digest.of("role", password, role).hex().substring(0, 32);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
