package run.ephemeral.data.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/// What becomes of the connection of somebody who was interrupted.
class LivenessTest {
  @Test
  void aConnectionWhoseUserWasInterruptedIsGivenToNobody() throws Exception {
    try (var pool = Data.database().connect()) {
      for (int i = 0; i < 3; i++) {
        var begun = new CountDownLatch(1);
        var user = Thread.startVirtualThread(() -> sleep(pool, begun));
        begun.await();
        user.interrupt();
        user.join();
        try (var connection = pool.getConnection();
            var statement = connection.createStatement()) {
          assertThat(statement.execute("SELECT 1")).isTrue();
        }
      }
    }
  }

  private static void sleep(DataSource pool, CountDownLatch begun) {
    try (var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      begun.countDown();
      statement.execute("SELECT pg_sleep(1000)");
    } catch (SQLException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
