package run.ephemeral.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.store.document.Document;

/// The table of environments, which is also the work queue: due rows, leases, and tokens as fences.
///
/// The database's clock decides what is due, so that control planes need not agree on the time.
final class PostgresEnvironments implements Environments {
  /// For what can be observed again: the commit does not wait for the disk. The next synchronous
  /// commit flushes it.
  static final String UNSYNCED = ", set_config('synchronous_commit', 'off', true)";

  private static final String NOTED = " RETURNING pg_notify('ephemeral_changed', name)" + UNSYNCED;
  static final String MINE = " WHERE id = :id AND lease_owner = :owner AND lease_token = :token";
  private static final String WRITE =
      """
      UPDATE environment
      SET wanted = :wanted::json, origin = coalesce(:origin::json, origin),
          generation = generation + 1,
          ready_at = CASE WHEN :anew THEN NULL ELSE ready_at END,
          changed_at = now(), settled = false, due_at = now(), wakes = wakes + 1
      """;
  private static final String LEASE =
      """
      lease_owner = :owner, lease_token = lease_token + 1,
      lease_until = now() + :millis * interval '1 millisecond'
      """;
  private static final String FREE = "(lease_until IS NULL OR lease_until < now())";
  private static final String SERVED = "(cluster IS NULL OR cluster = ANY(:served))";

  private final Jdbi jdbi;
  private final Placements placements;

  PostgresEnvironments(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.placements = new Placements(jdbi);
  }

  @Override
  public List<Environment> all() {
    return jdbi.withHandle(
        db ->
            rows(db.createQuery("SELECT * FROM environment ORDER BY id")).stream()
                .map(EnvironmentRow::environment)
                .toList());
  }

  @Override
  public Optional<Environment> find(EnvironmentId id) {
    return jdbi.withHandle(db -> find(db, id)).map(EnvironmentRow::environment);
  }

  @Override
  public Optional<Environment> find(EnvironmentName name) {
    return jdbi.withHandle(db -> find(db, name)).map(EnvironmentRow::environment);
  }

  @Override
  public Optional<Environment> create(
      EnvironmentName name,
      AppName app,
      Origin origin,
      Wanted wanted,
      Placement.Nowhere placement) {
    var sql =
        """
        INSERT INTO environment (name, app, origin, wanted, observed, attempts, only_on)
        VALUES
          (:name, :app, :origin::json, :wanted::json, :observed::json, :attempts::json, :only)
        ON CONFLICT (name) DO NOTHING
        RETURNING *, pg_notify('ephemeral_due', name), pg_notify('ephemeral_changed', name)
        """;
    return jdbi.withHandle(
        db ->
            made(
                db.createQuery(sql)
                    .bind("name", name.value())
                    .bind("app", app.value())
                    .bind("origin", Document.ORIGIN.write(origin))
                    .bind("wanted", Document.WANTED.write(wanted))
                    .bind("observed", Document.OBSERVED.write(Observed.NOTHING))
                    .bind("attempts", Document.ATTEMPTS.write(Attempts.NONE))
                    .bind("only", placement.only().map(ClusterSelector::toString).orElse(null))));
  }

  @Override
  public Optional<Environment> want(EnvironmentId id, UnaryOperator<Wanted> change) {
    return want(id, Optional.empty(), change);
  }

  @Override
  public Optional<Environment> want(EnvironmentId id, Origin origin, UnaryOperator<Wanted> change) {
    return want(id, Optional.of(origin), change);
  }

  /// Compare and set on the generation, repeated after a concurrent write. Two queries where a lock
  /// would take four.
  private Optional<Environment> want(
      EnvironmentId id, Optional<Origin> origin, UnaryOperator<Wanted> change) {
    return jdbi.withHandle(
        db -> {
          while (true) {
            var before = find(db, id);
            if (before.isEmpty()) {
              return Optional.empty();
            }
            var old = before.get().environment();
            var next = change.apply(old.wanted());
            if (next.equals(old.wanted()) && origin.orElse(old.origin()).equals(old.origin())) {
              return Optional.of(old);
            }
            before.get().checkWritable(next);
            var sql =
                WRITE
                    + """
                    WHERE id = :id AND generation = :generation
                    RETURNING *, pg_notify('ephemeral_due', name),
                      pg_notify('ephemeral_changed', name)
                    """;
            var after = made(written(db.createQuery(sql), old, next, origin));
            if (after.isPresent()) {
              return after;
            }
          }
        });
  }

  /// @param origin empty to keep the stored one
  private static Query written(Query query, Environment old, Wanted next, Optional<Origin> origin) {
    return query
        .bind("id", old.id().value())
        .bind("generation", old.generation())
        .bind("wanted", Document.WANTED.write(next))
        .bind("origin", origin.map(Document.ORIGIN::write).orElse(null))
        .bind("anew", !next.release().equals(old.wanted().release()));
  }

  @Override
  public Optional<Claim> visit(
      EnvironmentName name, UnaryOperator<Wanted> change, Claimant claimant) {
    var before = jdbi.withHandle(db -> find(db, name));
    if (before.isEmpty()) {
      return Optional.empty();
    }
    var old = before.get().environment();
    var next = change.apply(old.wanted());
    if (next.equals(old.wanted())) {
      return Optional.empty();
    }
    before.get().checkWritable(next);
    var sql =
        WRITE
            + ", lease_wakes = wakes + 1, "
            + LEASE
            + " WHERE id = :id AND generation = :generation AND "
            + FREE
            + " AND "
            + SERVED
            + " RETURNING *, pg_notify('ephemeral_changed', name)"
            + UNSYNCED;
    var claim =
        jdbi.withHandle(
            db -> claim(written(db.createQuery(sql), old, next, Optional.empty()), claimant));
    if (claim.isEmpty()) {
      want(old.id(), change);
    }
    return claim;
  }

  @Override
  public void wake(EnvironmentId id, ClusterName cluster) {
    wake(Optional.of(id), Optional.of(cluster));
  }

  @Override
  public void wakeAll() {
    wake(Optional.empty(), Optional.empty());
  }

  private void wake(Optional<EnvironmentId> one, Optional<ClusterName> on) {
    var sql =
        """
        WITH woken AS (
          UPDATE environment SET due_at = now(), wakes = wakes + 1
          WHERE (:id::bigint IS NULL OR id = :id)
            AND (:on::text IS NULL OR cluster IS NULL OR cluster = :on)
          RETURNING name)
        SELECT count(pg_notify('ephemeral_due', name)) FROM woken
        """;
    var id = one.map(EnvironmentId::value).orElse(null);
    var cluster = on.map(ClusterName::value).orElse(null);
    jdbi.useHandle(
        db -> db.createQuery(sql).bind("id", id).bind("on", cluster).mapTo(Long.class).one());
  }

  @Override
  public void used(EnvironmentId id, Instant at) {
    var sql = "UPDATE environment SET last_used_at = greatest(last_used_at, ?) WHERE id = ?";
    jdbi.useHandle(db -> db.execute(sql, at, id.value()));
  }

  @Override
  public Optional<Claim> claim(Claimant claimant) {
    var sql =
        "UPDATE environment SET lease_wakes = wakes, "
            + LEASE
            + " WHERE id = (SELECT id FROM environment WHERE due_at <= now() AND "
            + FREE
            + " AND "
            + SERVED
            + " ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *"
            // A crash of the server may lose the lease. Renewals and writes under it are then
            // refused, unless this worker claims the environment again with the same token: it then
            // abandons its earlier run.
            + UNSYNCED;
    return jdbi.withHandle(db -> claim(db.createQuery(sql), claimant));
  }

  private static Optional<Claim> claim(Query query, Claimant claimant) {
    return query
        .bind("owner", claimant.owner())
        .bind("millis", claimant.lease().toMillis())
        .bindArray("served", String.class, Placements.names(claimant.served()))
        .map((row, context) -> claimed(row))
        .findOne()
        .flatMap(claim -> claim);
  }

  private static Optional<Claim> claimed(ResultSet row) throws SQLException {
    var owner = row.getString("lease_owner");
    var token = row.getLong("lease_token");
    return EnvironmentRow.readable(row)
        .map(EnvironmentRow::environment)
        .map(environment -> new Claim(new Lease(environment.id(), owner, token), environment));
  }

  @Override
  public void abandon(String owner) {
    var sql = "UPDATE environment SET lease_until = now() WHERE lease_owner = ?";
    jdbi.useHandle(db -> db.execute(sql, owner));
  }

  @Override
  public Optional<Instant> nextDue(Set<ClusterName> served) {
    var sql =
        """
        SELECT min(greatest(due_at, coalesce(lease_until, due_at))) FROM environment
        WHERE due_at IS NOT NULL AND
        """
            + SERVED;
    return jdbi.withHandle(
        db ->
            Optional.ofNullable(
                    db.createQuery(sql)
                        .bindArray("served", String.class, Placements.names(served))
                        .map((row, context) -> row.getObject(1, OffsetDateTime.class))
                        .findOne()
                        .orElse(null))
                .map(OffsetDateTime::toInstant));
  }

  @Override
  public boolean renew(Lease lease, Duration duration) {
    var sql =
        "UPDATE environment SET lease_until = now() + :millis * interval '1 millisecond'" + MINE;
    return jdbi.withHandle(
        db ->
            db.createUpdate(sql).bindMap(named(lease)).bind("millis", duration.toMillis()).execute()
                == 1);
  }

  @Override
  public boolean record(
      Lease lease, Observed observed, Attempts attempts, Optional<Instant> readyAt) {
    var sql =
        """
        UPDATE environment
        SET observed = :observed::json, attempts = :attempts::json,
            ready_at = coalesce(ready_at, :ready::timestamptz), changed_at = now()
        """
            + MINE
            + NOTED;
    return jdbi.withHandle(
        db ->
            db.createQuery(sql)
                .bindMap(named(lease))
                .bind("observed", Document.OBSERVED.write(observed))
                .bind("attempts", Document.ATTEMPTS.write(attempts))
                .bind("ready", readyAt.map(Instant::toString).orElse(null))
                .map((row, context) -> true)
                .findOne()
                .orElse(false));
  }

  @Override
  public void release(Lease lease, Optional<Instant> due, boolean settled) {
    var sql =
        """
        UPDATE environment
        SET lease_owner = NULL, lease_until = NULL,
            settled = :settled AND wakes = lease_wakes,
            due_at = CASE WHEN wakes = lease_wakes THEN :due::timestamptz ELSE now() END
        """
            + MINE
            + NOTED;
    jdbi.useHandle(
        db ->
            db.createQuery(sql)
                .bindMap(named(lease))
                .bind("due", due.map(Instant::toString).orElse(null))
                .bind("settled", settled)
                .map((row, context) -> true)
                .findOne());
  }

  @Override
  public void remove(Lease lease) {
    placements.remove(lease);
  }

  @Override
  public boolean isNewest(EnvironmentId id, long token) {
    return placements.isNewest(id, token);
  }

  @Override
  public Map<Optional<ClusterSelector>, Integer> unplaced() {
    return placements.unplaced();
  }

  @Override
  public Map<ClusterName, Integer> placed() {
    return placements.counted();
  }

  @Override
  public Map<Optional<ClusterSelector>, Integer> ahead(EnvironmentId id) {
    return placements.ahead(id);
  }

  @Override
  public Optional<Environment> place(
      Lease lease, ClusterName cluster, EngineKind engine, int most) {
    return placements.decide(lease, cluster, engine, most).map(EnvironmentRow::environment);
  }

  static Map<String, Object> named(Lease lease) {
    return Map.of("id", lease.id().value(), "owner", lease.owner(), "token", lease.token());
  }

  private static Optional<EnvironmentRow> find(Handle db, EnvironmentId id) {
    return first(db.createQuery("SELECT * FROM environment WHERE id = :id").bind("id", id.value()));
  }

  private static Optional<EnvironmentRow> find(Handle db, EnvironmentName name) {
    return first(
        db.createQuery("SELECT * FROM environment WHERE name = :name").bind("name", name.value()));
  }

  private static Optional<Environment> made(Query query) {
    return first(query).map(EnvironmentRow::environment);
  }

  static Optional<EnvironmentRow> first(Query query) {
    return rows(query).stream().findFirst();
  }

  private static List<EnvironmentRow> rows(Query query) {
    return query.map((row, context) -> EnvironmentRow.readable(row)).stream()
        .flatMap(Optional::stream)
        .toList();
  }
}
