package run.ephemeral.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.name.EnvironmentId;

/// The engines' ledger as rows. A write does not wait for the disk: the resource that it describes
/// does not survive a power failure either.
final class PostgresLedger implements Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresLedger.class);
  private static final String UNSYNCED = " RETURNING set_config('synchronous_commit', 'off', true)";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Jdbi jdbi;

  PostgresLedger(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public List<Entry> all() {
    return jdbi.withHandle(
        db ->
            db
                .createQuery("SELECT * FROM ledger ORDER BY environment, kind, name")
                .map((row, context) -> entry(row))
                .stream()
                .flatMap(Optional::stream)
                .toList());
  }

  private static Optional<Entry> entry(ResultSet row) throws SQLException {
    var environment = new EnvironmentId(row.getLong("environment"));
    var key = new Key(environment, row.getString("kind"), row.getString("name"));
    try {
      return Optional.of(new Entry(key, facts(row.getString("facts"))));
    } catch (JsonProcessingException | RuntimeException e) {
      LOG.warn("ledger entry {} cannot be read and is left out: {}", key, e.toString());
      return Optional.empty();
    }
  }

  private static Map<String, String> facts(String json) throws JsonProcessingException {
    return JSON.readValue(json, new TypeReference<Map<String, String>>() {});
  }

  @Override
  public void write(Entry entry) {
    var sql =
        """
        INSERT INTO ledger (environment, kind, name, facts)
        VALUES (:environment, :kind, :name, :facts::json)
        ON CONFLICT (environment, kind, name) DO UPDATE SET facts = excluded.facts
        """
            + UNSYNCED;
    jdbi.useHandle(
        db ->
            db.createQuery(sql)
                .bind("environment", entry.key().environment().value())
                .bind("kind", entry.key().kind())
                .bind("name", entry.key().name())
                .bind("facts", JSON.valueToTree(entry.facts()).toString())
                .mapTo(String.class)
                .list());
  }

  @Override
  public void strike(Key key) {
    var sql = "DELETE FROM ledger WHERE environment = ? AND kind = ? AND name = ?" + UNSYNCED;
    jdbi.useHandle(
        db ->
            db.select(sql, key.environment().value(), key.kind(), key.name())
                .mapTo(String.class)
                .list());
  }

  @Override
  public void strike(EnvironmentId environment) {
    var sql = "DELETE FROM ledger WHERE environment = ?" + UNSYNCED;
    jdbi.useHandle(db -> db.select(sql, environment.value()).mapTo(String.class).list());
  }
}
