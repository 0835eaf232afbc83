package run.ephemeral.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import run.ephemeral.core.environment.Environments.Lease;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.spec.EngineKind;

/// On which clusters environments run: three columns of their table.
final class Placements {
  private final Jdbi jdbi;

  Placements(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// How many environments run on each cluster.
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

  /// Under a lock for each cluster: two that are placed at once would count each other as not
  /// there.
  ///
  /// @return false when the cluster has as many as it takes, or the lease is lost
  boolean decide(Lease lease, ClusterName cluster, EngineKind engine, int most) {
    var sql =
        """
        UPDATE environment
        SET cluster = :cluster, engine = :engine, placed_at = now(), changed_at = now()
        """
            + PostgresEnvironments.MINE
            + """
             AND cluster IS NULL
             AND (SELECT count(*) FROM environment WHERE cluster = :cluster) < :most
            """;
    return jdbi.inTransaction(
        db -> {
          db.createQuery("SELECT pg_advisory_xact_lock(hashtext(?))")
              .bind(0, "cluster " + cluster)
              .map((row, context) -> true)
              .one();
          return db.createUpdate(sql)
                  .bindMap(PostgresEnvironments.named(lease))
                  .bind("cluster", cluster.value())
                  .bind("engine", engine.word())
                  .bind("most", most)
                  .execute()
              == 1;
        });
  }

  static List<String> names(Set<ClusterName> clusters) {
    return clusters.stream().map(ClusterName::value).toList();
  }
}
