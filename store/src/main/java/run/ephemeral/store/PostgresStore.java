package run.ephemeral.store;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.artifact.Images;
import run.ephemeral.core.cluster.Clusters;
import run.ephemeral.core.codehost.CodeHosts;
import run.ephemeral.core.codehost.CommentCommands;
import run.ephemeral.core.codehost.Deliveries;
import run.ephemeral.core.codehost.Publications;
import run.ephemeral.core.codehost.PullRequestNotices;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Events;

/// One database, a port for each kind of row. Migrates its schema when opened.
///
/// Several control planes may open the same database. Rows are not cached; for parsed documents see
/// [Document#read].
public final class PostgresStore implements AutoCloseable {
  private static final int CONNECTIONS = 16;

  private final AgroalDataSource pool;
  private final Jdbi jdbi;

  private PostgresStore(AgroalDataSource pool) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
  }

  /// @throws NewerStore when a newer version of this program has used the database
  public static PostgresStore open(String jdbcUrl, String user, String password) {
    var configuration =
        new AgroalDataSourceConfigurationSupplier()
            .connectionPoolConfiguration(
                pool ->
                    pool.maxSize(CONNECTIONS)
                        .acquisitionTimeout(Duration.ofSeconds(20))
                        .connectionValidator(PostgresStore::isUsable)
                        .validateOnBorrow(true)
                        .connectionFactoryConfiguration(
                            factory ->
                                factory
                                    .jdbcUrl(jdbcUrl)
                                    .principal(new NamePrincipal(user))
                                    .credential(new SimplePassword(password))));
    try {
      return open(AgroalDataSource.from(configuration));
    } catch (SQLException e) {
      throw new IllegalStateException("the store cannot be opened", e);
    }
  }

  private static PostgresStore open(AgroalDataSource pool) {
    try {
      var flyway = Flyway.configure().dataSource(pool).load();
      Compatibility.checkSchema(flyway);
      flyway.migrate();
      var store = new PostgresStore(pool);
      Compatibility.checkDocuments(store.jdbi);
      return store;
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  /// An interrupt during a query closes the connection, so a closed connection is never handed out.
  /// A restart of the server is told by [#reconnect()]: validation with a query would cost as much
  /// as the query that follows.
  private static boolean isUsable(Connection connection) {
    try {
      return !connection.isClosed();
    } catch (SQLException e) {
      return false;
    }
  }

  /// Discards all connections after a restart of the server.
  public void reconnect() {
    pool.flush(AgroalDataSource.FlushMode.GRACEFUL);
  }

  public Environments environments() {
    return new PostgresEnvironments(jdbi);
  }

  public Apps apps() {
    return new PostgresApps(jdbi);
  }

  public Ledger ledger() {
    return new PostgresLedger(jdbi);
  }

  public Events events() {
    return new PostgresEvents(jdbi);
  }

  public Clusters clusters() {
    return new PostgresClusters(jdbi);
  }

  public CodeHosts codeHosts() {
    return new PostgresCodeHosts(jdbi);
  }

  public Publications publications() {
    return new PostgresPublications(jdbi);
  }

  public Deliveries deliveries() {
    return new PostgresDeliveries(jdbi);
  }

  public PullRequestNotices notices() {
    return new PostgresNotices(jdbi);
  }

  public CommentCommands commentCommands() {
    return new PostgresCommentCommands(jdbi);
  }

  public Images images() {
    return new PostgresImages(jdbi);
  }

  @Override
  public void close() {
    pool.close();
  }
}
