package run.ephemeral.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import run.ephemeral.core.Digest;
import run.ephemeral.core.codehost.Deliveries;

/// Deliveries as rows. Each insert also deletes a few that are old.
final class PostgresDeliveries implements Deliveries {
  private final Jdbi jdbi;

  PostgresDeliveries(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public boolean receive(String host, String id, Digest body) {
    var sql =
        """
        WITH old AS (
          DELETE FROM delivery WHERE ctid IN (
            SELECT ctid FROM delivery WHERE received_at < now() - interval '7 days' LIMIT 10
            FOR UPDATE SKIP LOCKED))
        INSERT INTO delivery (host, id, body)
        SELECT name, :id, :body FROM code_host WHERE name = :host
        ON CONFLICT DO NOTHING
        """;
    return jdbi.withHandle(
        db ->
            db.createUpdate(sql)
                    .bind("host", host)
                    .bind("id", id)
                    .bind("body", body.hex())
                    .execute()
                == 1);
  }

  @Override
  public Optional<Instant> last(String host) {
    return jdbi.withHandle(
        db ->
            db.select("SELECT max(received_at) FROM delivery WHERE host = ?", host)
                .mapTo(OffsetDateTime.class)
                .findOne()
                .map(OffsetDateTime::toInstant));
  }
}
