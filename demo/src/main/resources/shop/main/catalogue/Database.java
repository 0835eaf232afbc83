import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import org.postgresql.Driver;

/** One connection to PostgreSQL, opened when first needed and reopened after it broke. */
final class Database {

  /** Work with the connection, in one transaction. */
  interface Work<T> {
    T with(Connection connection) throws Exception;
  }

  private final String url;
  private final ReentrantLock lock = new ReentrantLock();
  private Connection connection;

  Database(String url) {
    this.url = url;
  }

  <T> T transaction(Work<T> work) throws Exception {
    lock.lock();
    try {
      if (connection == null) {
        connection = connect();
      }
      T result = work.with(connection);
      connection.commit();
      return result;
    } catch (Exception e) {
      disconnect();
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** Throws unless the database answers. */
  void check() throws Exception {
    transaction(
        open -> {
          try (Statement sql = open.createStatement()) {
            return sql.execute("select 1");
          }
        });
  }

  /** Waits until the database answers: it may start at the same time as this service. */
  void await() throws InterruptedException {
    boolean told = false;
    while (true) {
      try {
        check();
        return;
      } catch (Exception e) {
        if (!told) {
          System.out.println("database: not there yet: " + e.getMessage());
          told = true;
        }
        Thread.sleep(100);
      }
    }
  }

  private Connection connect() throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("connectTimeout", "3");
    settings.setProperty("socketTimeout", "15");
    Connection fresh = new Driver().connect(url, settings);
    if (fresh == null) {
      throw new SQLException("DATABASE_URL must start with jdbc:postgresql:");
    }
    fresh.setAutoCommit(false);
    return fresh;
  }

  private void disconnect() {
    Connection broken = connection;
    connection = null;
    try {
      if (broken != null) {
        broken.close();
      }
    } catch (SQLException e) {
      System.out.println("database: while closing: " + e.getMessage());
    }
  }
}
