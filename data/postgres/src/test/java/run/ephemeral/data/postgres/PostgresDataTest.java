package run.ephemeral.data.postgres;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.testkit.DataServerContract;

/// The contract, on a real PostgreSQL.
class PostgresDataTest implements DataServerContract {
  private final Data data = new Data();

  @AfterEach
  void close() {
    data.close();
  }

  @Override
  public DataServer data() {
    return data.server;
  }

  @Override
  public Component.Database database(ComponentName name) {
    return Data.database(name, Optional.empty(), "", Optional.empty());
  }
}
