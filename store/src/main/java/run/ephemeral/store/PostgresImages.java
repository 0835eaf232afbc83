package run.ephemeral.store;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import run.ephemeral.core.Digest;
import run.ephemeral.core.artifact.Images;
import run.ephemeral.core.release.Artifact;

/// Found images as rows. A row stays when nothing asks for it any more: it is small, and a branch
/// that returns needs no question to the registry.
final class PostgresImages implements Images {
  private final Jdbi jdbi;

  PostgresImages(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public Map<Digest, Artifact.Image> find(Set<Digest> orders) {
    var found = new HashMap<Digest, Artifact.Image>();
    if (orders.isEmpty()) {
      return found;
    }
    jdbi.useHandle(
        db ->
            db.createQuery("SELECT * FROM image WHERE key = ANY(:keys)")
                .bindArray("keys", String.class, orders.stream().map(Digest::hex).toList())
                .map(
                    (row, context) ->
                        Map.entry(
                            new Digest(row.getString("key")),
                            new Artifact.Image(
                                row.getString("image"),
                                row.getString("tag"),
                                row.getString("digest"))))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue())));
    return found;
  }

  @Override
  public void write(Digest order, Artifact.Image image) {
    var sql =
        """
        INSERT INTO image (key, image, tag, digest) VALUES (:key, :image, :tag, :digest)
        ON CONFLICT (key) DO UPDATE
        SET image = excluded.image, tag = excluded.tag, digest = excluded.digest, found_at = now()
        """;
    jdbi.useHandle(
        db ->
            db.createUpdate(sql)
                .bind("key", order.hex())
                .bind("image", image.image())
                .bind("tag", image.tag())
                .bind("digest", image.digest())
                .execute());
  }
}
