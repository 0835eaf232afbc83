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

/// The PostgreSQL server that databases are made on, and who may make them.
public record DatabaseServer(String host, int port, String user, String password) {
  static final int CONNECTIONS = 8;

  /// A connection that was idle for so long is asked for a sign of life before it is used. What
  /// makes a database uses several in a row. One that an interrupt closed has failed with an error
  /// of the connection, and is not given back to the pool.
  static final Duration FRESH = Duration.ofMillis(20);

  /// A lost commit of these loses nothing: whatever is written after it, such as a row that says
  /// a database is there, comes later in the same log. Passwords are random and long, so one
  /// round of hashing is enough, for us and for every connection that services open. Questions
  /// about the catalogs are planned once for each connection: a plan takes longer than an answer.
  /// A user without SUPERUSER is made a member of the roles that it makes.
  private static final String SETTINGS =
      "?options=-c%20synchronous_commit=off%20-c%20scram_iterations=1"
          + "%20-c%20plan_cache_mode=force_generic_plan"
          + "%20-c%20createrole_self_grant=set,inherit&ApplicationName="
          + Unfinished.APPLICATION;

  String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
  }

  /// Connections for those who make databases.
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

  /// An interrupted thread would close each connection that it asks for a sign of life.
  private static boolean isValid(Connection connection) {
    return Thread.currentThread().isInterrupted()
        || ConnectionValidator.defaultValidator().isValid(connection);
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

  /// Derived, so that it need not be kept: who knows the server's password knows them all
  /// anyway.
  String passwordOf(String role) {
    return Digest.of("role", password, role).hex().substring(0, 32);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
