package run.ephemeral.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.testkit.LedgerContract;
import run.ephemeral.testkit.TestPostgres;

class PostgresLedgerTest implements LedgerContract {
  private final String url = TestPostgres.database();
  private final PostgresStore store =
      PostgresStore.open(url, TestPostgres.server().user(), TestPostgres.server().password());

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  public Ledger ledger() {
    return store.ledger();
  }

  @Test
  void anEntryThatCannotBeReadIsLeftOutAndHarmsNoOther() throws SQLException {
    var good = new Ledger.Entry(new Ledger.Key(ONE, "instance", "web"), Map.of("port", "1"));
    ledger().write(good);
    var server = TestPostgres.server();
    try (var connection = DriverManager.getConnection(url, server.user(), server.password());
        var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO ledger VALUES (1, 'instance', 'a', '[1, {}]'), (2, 'x', '', '3')");
    }
    assertThat(ledger().all()).containsExactly(good);
  }
}
