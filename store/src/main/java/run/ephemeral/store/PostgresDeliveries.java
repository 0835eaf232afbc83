package run.ephemeral.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import run.ephemeral.core.Digest;
import run.ephemeral.core.codehost.Deliveries;
import run.ephemeral.core.spec.AppName;

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
  public void announce(Set<AppName> apps) {
    var names = apps.stream().map(AppName::value).toArray(String[]::new);
    jdbi.useHandle(
        db ->
            db.createUpdate(
                    """
                    SELECT count(pg_notify('ephemeral_repository', name)) FROM unnest(:names) name
                    """)
                .bindArray("names", String.class, (Object[]) names)
                .execute());
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
