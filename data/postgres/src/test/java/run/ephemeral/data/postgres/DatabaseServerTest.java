package run.ephemeral.data.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/// What becomes of connections whose users are interrupted.
class DatabaseServerTest {
  private static final int PATIENCE_SECONDS = 30;

  @Test
  void aConnectionWhoseUserWasInterruptedIsGivenToNobody() throws Exception {
    try (var pool = Data.database().connect()) {
      for (int i = 0; i < 3; i++) {
        var begun = new CountDownLatch(1);
        var failure = new CompletableFuture<Optional<SQLException>>();
        var user = Thread.startVirtualThread(() -> failure.complete(sleep(pool, begun)));
        begun.await();
        user.interrupt();
        assertThat(failure.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isPresent();
        assertThat(backend(pool)).isPositive();
      }
    }
  }

  private static Optional<SQLException> sleep(DataSource pool, CountDownLatch begun) {
    try (var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      begun.countDown();
      statement.execute("SELECT pg_sleep(5)");
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(e);
    }
  }

  @Test
  void whoeverIsInterruptedBeforeAsksNoConnectionToDeath() throws Exception {
    try (var pool = Data.database().connect()) {
      var before = allBackends(pool);
      Thread.sleep(DatabaseServer.FRESH.plus(Duration.ofMillis(1)));
      var user =
          Thread.startVirtualThread(
              () -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> backend(pool)).isInstanceOf(SQLException.class);
              });
      assertThat(user.join(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
      var after = allBackends(pool);
      after.retainAll(before);
      assertThat(after).hasSizeGreaterThanOrEqualTo(before.size() - 1);
    }
  }

  /// Of as many connections as there can be at once.
  private static Set<Integer> allBackends(DataSource pool) throws SQLException {
    var backends = new HashSet<Integer>();
    allBackends(pool, DatabaseServer.CONNECTIONS, backends);
    return backends;
  }

  private static void allBackends(DataSource pool, int more, Set<Integer> backends)
      throws SQLException {
    if (more == 0) {
      return;
    }
    try (var connection = pool.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      backends.add(row.getInt(1));
      allBackends(pool, more - 1, backends);
    }
  }

  private static int backend(DataSource pool) throws SQLException {
    var backends = new HashSet<Integer>();
    allBackends(pool, 1, backends);
    return List.copyOf(backends).getFirst();
  }
}
