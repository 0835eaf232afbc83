package run.ephemeral.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.testkit.TestPostgres;

/// Opening a store that a newer version of this program has used.
class NewerStoreTest {
  private final String url = TestPostgres.database();

  private PostgresStore open() {
    return PostgresStore.open(url, TestPostgres.server().user(), TestPostgres.server().password());
  }

  private void execute(String sql) throws SQLException {
    var server = TestPostgres.server();
    try (var connection = DriverManager.getConnection(url, server.user(), server.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void create() {
    try (var store = open()) {
      var wanted = Wanted.nothingYet(Power.ON, Instant.parse("2035-01-01T12:00:00Z"));
      var origin = new Origin.OfWorkingTree("/x", "", "", "");
      var name = new EnvironmentName("one");
      assertThat(store.environments().create(name, new AppName("shop"), origin, wanted))
          .isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"origin", "wanted", "observed", "attempts"})
  void isRefusedForOneDocumentThatIsNewer(String column) throws SQLException {
    create();
    execute("UPDATE environment SET %s = '{\"v\": 77, \"more\": 1}'".formatted(column));
    assertThatThrownBy(this::open)
        .isInstanceOf(NewerStore.class)
        .hasMessageContaining("documents of version 77")
        .hasMessageContaining("Run that version");
  }

  @Test
  void isRefusedForItsSchema() throws SQLException {
    create();
    execute(
        """
        INSERT INTO flyway_schema_history
          (installed_rank, version, description, type, script, installed_by, execution_time,
           success)
        VALUES (99, '999', 'what is to come', 'SQL', 'V999__later.sql', 'somebody', 1, true)
        """);
    assertThatThrownBy(this::open)
        .isInstanceOf(NewerStore.class)
        .hasMessageContaining("migration 999");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1]",
        "null",
        "7",
        "{\"v\": \"x\"}",
        "{\"v\": 1e400}",
        "{\"v\": 4294967298}",
        "{\"v\": \"\\u0000\"}",
        "{\"x\": \"\\u0000\", \"v\": 2}"
      })
  void whatIsOnlyDamagedIsNotNewer(String document) throws SQLException {
    create();
    execute("UPDATE environment SET wanted = '%s'".formatted(document));
    try (var store = open()) {
      assertThat(store.environments().all()).hasSize(1);
    }
  }
}
