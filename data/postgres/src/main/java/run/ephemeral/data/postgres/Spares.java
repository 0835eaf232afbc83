package run.ephemeral.data.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.KeyedLocks;

/// Copies of golden databases made in advance: the next request takes one with `ALTER DATABASE …
/// RENAME`, which takes the same time for any size.
///
/// They are made shortly after a copy was requested, so that they do not delay the start that needs
/// that copy. A comment, set last, says that a spare is complete. Until it is taken, a spare has no
/// role of its own. If there is none, the request makes its own copy.
final class Spares implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Spares.class);
  private static final long LATER_MILLIS = 1_500;
  private static final String WHOLE = "spare";

  private final DataSource pool;
  private final KeyedLocks<String> turns;
  private final int most;
  private final Set<String> expected = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("spares").factory());

  /// @param turns exclude making and removing the same database, by its name
  /// @param most spares of one golden database
  Spares(DataSource pool, KeyedLocks<String> turns, int most) {
    this.pool = pool;
    this.turns = turns;
    this.most = most;
  }

  /// Makes missing spares, after a short delay.
  void refill(String golden) {
    if (expected.add(golden)) {
      var _ = worker.schedule(() -> fill(golden), LATER_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void fill(String golden) {
    expected.remove(golden);
    for (int i = 1; i <= most; i++) {
      var name = golden + "_spare_" + i;
      try (var _ = turns.take(name);
          var connection = pool.getConnection()) {
        make(connection, golden, name);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (SQLException e) {
        LOG.info("no spare copy of {} could be made: {}", golden, e.getMessage());
        return;
      }
    }
  }

  private static void make(Connection connection, String golden, String name) throws SQLException {
    if (Sql.databaseExists(connection, golden) && !whole(connection, golden).contains(name)) {
      Sql.dropDatabase(connection, name);
      Sql.copy(connection, golden, name);
      Sql.execute(connection, "COMMENT ON DATABASE %s IS '%s'".formatted(name, WHOLE));
    }
  }

  /// Takes a spare, if there is one, in one transaction with these statements.
  ///
  /// @param to the new name of the spare
  /// @return whether there was a spare
  static boolean take(Connection connection, String golden, String to, List<String> orders)
      throws SQLException {
    for (var spare : whole(connection, golden)) {
      var all = new ArrayList<>(List.of("ALTER DATABASE %s RENAME TO %s".formatted(spare, to)));
      all.addAll(orders);
      try {
        Sql.together(connection, all);
        return true;
      } catch (SQLException e) {
        LOG.info("{} could not be taken: {}", spare, e.getMessage());
      }
    }
    return false;
  }

  private static List<String> whole(Connection connection, String golden) throws SQLException {
    var sql =
        """
        SELECT datname FROM pg_database
        WHERE starts_with(datname, ?) AND shobj_description(oid, 'pg_database') = ?
        """;
    var names = new ArrayList<String>();
    try (var query = connection.prepareStatement(sql)) {
      query.setString(1, golden + "_spare_");
      query.setString(2, WHOLE);
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
    }
    return names;
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
