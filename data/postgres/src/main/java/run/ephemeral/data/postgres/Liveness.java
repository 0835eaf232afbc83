package run.ephemeral.data.postgres;

import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/// Whether a connection may be used. One whose user was interrupted is closed, which costs nothing
/// to ask. Whether the server still has it is asked when that was not known for a while.
final class Liveness implements ConnectionValidator {
  private static final int PATIENCE_SECONDS = 5;

  private final Duration fresh;
  private final Map<Connection, Long> known = Collections.synchronizedMap(new WeakHashMap<>());

  /// @param fresh how long the server's answer counts
  Liveness(Duration fresh) {
    this.fresh = fresh;
  }

  @Override
  public boolean isValid(Connection connection) {
    try {
      if (connection.isClosed()) {
        return false;
      }
      var now = System.nanoTime();
      var last = known.put(connection, now);
      var isFresh = last != null && now - last < fresh.toNanos();
      return isFresh || connection.isValid(PATIENCE_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }
}
