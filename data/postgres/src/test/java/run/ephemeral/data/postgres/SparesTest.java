package run.ephemeral.data.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Eventually;

/// Copies that are made in advance.
class SparesTest {
  private static final ComponentName DB = new ComponentName("db");
  private static final String READY = "took a copy that was ready";

  private final Data data = new Data();
  private final Component.Database order = order();
  private final String golden = "golden_" + order.key().hex().substring(0, 20);

  @AfterEach
  void close() {
    data.close();
  }

  private Component.Database order() {
    var seed =
        Map.of("s.sql", "CREATE TABLE item AS SELECT 'pen' AS name; -- " + UUID.randomUUID());
    var hash = Optional.of(data.sources.add(seed));
    return Data.database(DB, hash, "s.sql", Optional.empty());
  }

  private String copy() {
    return data.done(Data.key(), new Step.Copy(order, "test"));
  }

  private void awaitSpares(int count) {
    Eventually.eventually(count + " spares", () -> spares("'spare'").size() == count);
  }

  /// @param comment of the spares to list, as an SQL expression
  private List<String> spares(String comment) {
    return Data.ask(
        """
        SELECT datname FROM pg_database WHERE starts_with(datname, '%s_spare_')
        AND shobj_description(oid, 'pg_database') IS NOT DISTINCT FROM %s ORDER BY 1
        """
            .formatted(golden, comment));
  }

  private static List<String> query(String url, String sql) {
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      var found = new ArrayList<String>();
      if (statement.execute(sql)) {
        for (var rows = statement.getResultSet(); rows.next(); ) {
          found.add(rows.getString(1));
        }
      }
      return found;
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  @Test
  void whoeverAsksNextGetsOneThatIsReadyAndAnotherIsMade() {
    assertThat(copy()).isEqualTo("seeded a golden database and copied it");
    awaitSpares(2);
    assertThat(copy()).isEqualTo(READY);
    assertThat(copy()).isEqualTo(READY);
    assertThat(copy()).isIn(READY, "copied from its golden database");
    awaitSpares(2);
  }

  @Test
  void oneThatWasTakenIsItsEnvironmentsOwn() {
    copy();
    awaitSpares(2);
    var place = Data.key();
    assertThat(data.done(place, new Step.Copy(order, "test"))).isEqualTo(READY);
    assertThat(data.done(place, new Step.Copy(order, "test"))).isEqualTo("already there");
    assertThat(data.observe(place).databases()).containsEntry(DB, order.key());
    var url = data.database(place, DB).jdbcUrl();
    assertThat(query(url, "INSERT INTO item VALUES ('ink') RETURNING name")).containsExactly("ink");
    assertThat(query(url, "ALTER TABLE item ADD COLUMN price int")).isEmpty();
    data.done(place, new Step.Drop(DB, "test"));
    assertThat(data.observe(place).databases()).isEmpty();
  }

  @Test
  void oneThatIsHalfMadeIsNeverGivenAwayAndIsMadeAnew() {
    copy();
    awaitSpares(2);
    Data.ask("COMMENT ON DATABASE %s_spare_1 IS NULL".formatted(golden));
    Data.ask("COMMENT ON DATABASE %s_spare_2 IS NULL".formatted(golden));
    assertThat(copy()).isEqualTo("copied from its golden database");
    awaitSpares(2);
    assertThat(spares("NULL")).isEmpty();
  }
}
