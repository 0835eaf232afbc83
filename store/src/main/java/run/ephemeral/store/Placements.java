package run.ephemeral.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import run.ephemeral.core.environment.Environments.Lease;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.spec.EngineKind;

/// The clusters on which environments run: three columns of the table of environments.
final class Placements {
  private final Jdbi jdbi;

  Placements(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// See [run.ephemeral.core.environment.Environments#isNewest].
  boolean isNewest(EnvironmentId id, long token) {
    var sql = "SELECT count(*) FROM environment WHERE id = ? AND lease_token = ?";
    return jdbi.withHandle(db -> db.select(sql, id.value(), token).mapTo(Integer.class).one()) == 1;
  }

  /// The number of environments on each cluster.
  Map<ClusterName, Integer> counted() {
    var sql =
        "SELECT cluster, count(*) FROM environment WHERE cluster IS NOT NULL GROUP BY cluster";
    var placed = new HashMap<ClusterName, Integer>();
    jdbi.useHandle(
        db ->
            db.createQuery(sql)
                .map((row, context) -> Map.entry(row.getString(1), row.getInt(2)))
                .forEach(entry -> placed.put(new ClusterName(entry.getKey()), entry.getValue())));
    return placed;
  }

  /// See [run.ephemeral.core.environment.Environments#unplaced].
  Map<Optional<ClusterSelector>, Integer> unplaced() {
    return bySelector(
        "SELECT only_on, count(*) FROM environment WHERE cluster IS NULL GROUP BY only_on");
  }

  /// See [run.ephemeral.core.environment.Environments#ahead].
  Map<Optional<ClusterSelector>, Integer> ahead(EnvironmentId id) {
    return bySelector(
        """
        SELECT only_on, count(*) FROM environment
        WHERE id < ? AND cluster IS NULL AND NOT settled
        GROUP BY only_on
        """,
        id.value());
  }

  private Map<Optional<ClusterSelector>, Integer> bySelector(String sql, Object... parameters) {
    var numbers = new HashMap<Optional<ClusterSelector>, Integer>();
    jdbi.useHandle(
        db ->
            db.select(sql, parameters)
                .map(
                    (row, context) ->
                        Map.entry(
                            Optional.ofNullable(row.getString(1)).map(ClusterSelector::parse),
                            row.getInt(2)))
                .forEach(entry -> numbers.put(entry.getKey(), entry.getValue())));
    return numbers;
  }

  /// Places an environment. A bounded cluster is locked meanwhile, since two concurrent placements
  /// would not count each other.
  ///
  /// @return empty when the cluster has as many as it takes, when the environment is placed, or
  ///     when the lease is lost
  Optional<EnvironmentRow> decide(Lease lease, ClusterName cluster, EngineKind engine, int most) {
    if (most == Integer.MAX_VALUE && engine == EngineKind.PROCESS) {
      return jdbi.withHandle(db -> write(db, lease, cluster, engine, most));
    }
    return jdbi.inTransaction(
        db -> {
          lock(db, cluster);
          return write(db, lease, cluster, engine, most);
        });
  }

  /// Until the end of the transaction nobody else places on the cluster or removes it.
  static void lock(Handle db, ClusterName cluster) {
    db.createQuery("SELECT pg_advisory_xact_lock(hashtext(?))")
        .bind(0, "cluster " + cluster)
        .map((row, context) -> true)
        .one();
  }

  private static Optional<EnvironmentRow> write(
      Handle db, Lease lease, ClusterName cluster, EngineKind engine, int most) {
    var sql =
        """
        UPDATE environment
        SET cluster = :cluster, engine = :engine, placed_at = now(), changed_at = now()
        """
            + PostgresEnvironments.MINE
            + """
             AND cluster IS NULL
             AND (:cluster = 'local' OR EXISTS (
               SELECT FROM cluster WHERE name = :cluster AND NOT cordoned))
             AND (:most = %d OR (SELECT count(*) FROM environment WHERE cluster = :cluster) < :most)
            RETURNING *, pg_notify('ephemeral_changed', name)
            """
                .formatted(Integer.MAX_VALUE)
            + unsynced(engine);
    return PostgresEnvironments.first(
        db.createQuery(sql)
            .bindMap(PostgresEnvironments.named(lease))
            .bind("cluster", cluster.value())
            .bind("engine", engine.word())
            .bind("most", most));
  }

  /// While this machine is the only cluster, it is chosen again when a crash of the server loses
  /// the choice. Of several clusters another one could be chosen, while the first still runs what
  /// was begun there.
  private static String unsynced(EngineKind engine) {
    return switch (engine) {
      case PROCESS ->
          ", CASE WHEN NOT EXISTS (SELECT FROM cluster)"
              + " THEN set_config('synchronous_commit', 'off', true) END";
      case KUBERNETES -> "";
    };
  }

  /// Deletes the row. If that freed capacity, makes the oldest that looks for room on the same
  /// clusters due now, and the next one a second later: another removal may have freed capacity at
  /// the same moment. They are not woken, since a wake would keep their own removal from ending.
  void remove(Lease lease) {
    var sql =
        """
        WITH gone AS (
          DELETE FROM environment
        """
            + PostgresEnvironments.MINE
            + """
                 AND wakes = lease_wakes
                RETURNING cluster, pg_notify('ephemeral_changed', name)
            ), waiting AS (
              SELECT id, row_number() OVER (PARTITION BY only_on ORDER BY id) AS place
              FROM environment
              WHERE cluster IS NULL AND NOT settled AND due_at > now() AND lease_until IS NULL
            ), next AS (
              SELECT id FROM environment
              WHERE id IN (SELECT id FROM waiting WHERE place <= 2) FOR UPDATE SKIP LOCKED
            )
            UPDATE environment
            SET due_at = now()
              + (SELECT place - 1 FROM waiting WHERE waiting.id = environment.id)
              * interval '1 second'
            WHERE id IN (SELECT id FROM next)
              AND EXISTS (SELECT FROM gone WHERE cluster IS NOT NULL)
            RETURNING pg_notify('ephemeral_due', name)
            """;
    jdbi.useHandle(
        db ->
            db.createQuery(sql)
                .bindMap(PostgresEnvironments.named(lease))
                .map((row, context) -> true)
                .list());
  }

  static List<String> names(Set<ClusterName> clusters) {
    return clusters.stream().map(ClusterName::value).toList();
  }
}
