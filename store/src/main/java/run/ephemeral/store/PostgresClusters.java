package run.ephemeral.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Sealed;
import run.ephemeral.core.cluster.AddedCluster;
import run.ephemeral.core.cluster.Clusters;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.store.document.Document;
import run.ephemeral.store.document.LabelsDocument;
import run.ephemeral.store.document.SettingsDocument;

/// Clusters as rows.
final class PostgresClusters implements Clusters {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresClusters.class);

  private final Jdbi jdbi;

  PostgresClusters(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public String installation() {
    return jdbi.withHandle(
        db -> db.select("SELECT id FROM installation").mapTo(String.class).one());
  }

  @Override
  public List<AddedCluster> all() {
    return jdbi.withHandle(
        db ->
            db
                .createQuery("SELECT * FROM cluster ORDER BY name")
                .map((row, context) -> cluster(row))
                .stream()
                .flatMap(Optional::stream)
                .toList());
  }

  private static Optional<AddedCluster> cluster(ResultSet row) throws SQLException {
    try {
      return Optional.of(
          new AddedCluster(
              new ClusterName(row.getString("name")),
              LabelsDocument.read(row.getString("labels")),
              new Sealed(row.getString("kubeconfig")),
              SettingsDocument.read(row.getString("settings")),
              row.getBoolean("cordoned"),
              row.getObject("added_at", OffsetDateTime.class).toInstant()));
    } catch (IllegalArgumentException e) {
      LOG.error("cluster `{}` is left out: {}", row.getString("name"), e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public boolean add(AddedCluster cluster) {
    var sql =
        """
        INSERT INTO cluster (name, labels, kubeconfig, settings, cordoned, added_at)
        VALUES (:name, :labels::json, :kubeconfig, :settings::json, :cordoned, :at)
        ON CONFLICT (name) DO NOTHING
        """;
    return jdbi.withHandle(
        db ->
            db.createUpdate(sql)
                    .bind("name", cluster.name().value())
                    .bind("labels", LabelsDocument.write(cluster.labels()))
                    .bind("kubeconfig", cluster.kubeconfig().text())
                    .bind("settings", SettingsDocument.write(cluster.settings()))
                    .bind("cordoned", cluster.cordoned())
                    .bind("at", cluster.addedAt())
                    .execute()
                == 1);
  }

  @Override
  public boolean renew(ClusterName name, Sealed kubeconfig) {
    var sql = "UPDATE cluster SET kubeconfig = ? WHERE name = ?";
    return jdbi.withHandle(db -> db.execute(sql, kubeconfig.text(), name.value()) == 1);
  }

  @Override
  public boolean cordon(ClusterName name, boolean cordoned) {
    var sql = "UPDATE cluster SET cordoned = ? WHERE name = ?";
    return jdbi.withHandle(db -> db.execute(sql, cordoned, name.value()) == 1);
  }

  @Override
  public Optional<Map<String, String>> label(
      ClusterName name, UnaryOperator<Map<String, String>> change) {
    return jdbi.inTransaction(
        db -> {
          var before =
              db.select("SELECT labels FROM cluster WHERE name = ? FOR UPDATE", name.value())
                  .mapTo(String.class)
                  .findOne();
          return before.map(
              json -> {
                var labels = change.apply(LabelsDocument.read(json));
                var sql = "UPDATE cluster SET labels = ?::json WHERE name = ?";
                db.execute(sql, LabelsDocument.write(labels), name.value());
                return labels;
              });
        });
  }

  @Override
  public int abandon(ClusterName name) {
    var sql =
        """
        UPDATE environment
        SET cluster = NULL, engine = NULL, placed_at = NULL, only_on = :name,
            lease_token = lease_token + 1, lease_owner = NULL, lease_until = NULL,
            observed = :nothing::json, due_at = now(), wakes = wakes + 1
        WHERE cluster = :name
        """;
    return jdbi.inTransaction(
        db -> {
          Placements.lock(db, name);
          db.execute("DELETE FROM cluster WHERE name = ?", name.value());
          return db.createUpdate(sql)
              .bind("name", name.value())
              .bind("nothing", Document.OBSERVED.write(Observed.NOTHING))
              .execute();
        });
  }

  /// The name is locked first, so that an environment placed meanwhile is counted; see
  /// [Placements#decide], which places nothing on a cluster that has no row.
  @Override
  public int remove(ClusterName name) {
    return jdbi.inTransaction(
        db -> {
          Placements.lock(db, name);
          var placed =
              db.select("SELECT count(*) FROM environment WHERE cluster = ?", name.value())
                  .mapTo(Integer.class)
                  .one();
          if (placed == 0) {
            db.execute("DELETE FROM cluster WHERE name = ?", name.value());
          }
          return placed;
        });
  }
}
