package run.ephemeral.data.postgres;

import io.agroal.api.AgroalDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;

/// Connections to the server, for queries and for work that may take minutes.
final class Connections implements AutoCloseable {
  private static final String DISK_FULL = "53100";

  private final DatabaseServer server;
  private final AgroalDataSource pool;
  private final Semaphore longWork = new Semaphore(DatabaseServer.CONNECTIONS / 2, true);

  Connections(DatabaseServer server) {
    this.server = server;
    try {
      pool = server.connect();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  AgroalDataSource pool() {
    return pool;
  }

  interface Work {
    void with(Connection connection) throws SQLException;
  }

  /// Works on a thread that is never interrupted: an interrupt closes the connection of a JDBC call
  /// while the server continues, so that a database might appear after it was dropped. The work may
  /// take minutes. The semaphore leaves half of the connections to observations.
  void undisturbed(Work work) {
    try {
      CompletableFuture.runAsync(() -> withConnection(work), Thread::startVirtualThread).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof FaultException fault ? fault : e;
    }
  }

  private void withConnection(Work work) {
    longWork.acquireUninterruptibly();
    try (var connection = pool.getConnection()) {
      work.with(connection);
    } catch (SQLException e) {
      throw trouble(e);
    } finally {
      longWork.release();
    }
  }

  FaultException trouble(SQLException e) {
    return new FaultException(fault("PostgreSQL at " + server, e), e);
  }

  /// Turns a failure of the server into a fault.
  ///
  /// @param what the operation that failed
  static Fault fault(String what, SQLException e) {
    return DISK_FULL.equals(e.getSQLState())
        ? Fault.capacity(
            what + ": the disk of PostgreSQL is full; free some space there, it goes on by itself")
        : Fault.external(what + ": " + e.getMessage(), e);
  }

  @Override
  public void close() {
    pool.close();
  }
}
