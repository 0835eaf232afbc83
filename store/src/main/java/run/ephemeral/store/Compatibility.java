package run.ephemeral.store;

import java.util.Arrays;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jdbi.v3.core.Jdbi;
import run.ephemeral.store.document.Document;

/// Refuses a store that a newer version of this program has written to: this version would drop
/// unknown keys when it writes a row back.
final class Compatibility {
  /// Documents that may have another version, as text: PostgreSQL's JSON operators fail on a text
  /// with a NUL, and one such document must not prevent the start of the control plane.
  private static final String OTHERS =
      """
      SELECT document::text
      FROM environment, unnest(ARRAY[origin, wanted, observed, attempts]) document
      WHERE document::text LIKE '%"v"%' AND document::text NOT LIKE :newest
      """;

  private Compatibility() {}

  /// Called before migrations run.
  static void checkSchema(Flyway flyway) {
    var known = flyway.info();
    Arrays.stream(known.applied())
        .filter(
            one ->
                one.getState() == MigrationState.FUTURE_SUCCESS
                    || one.getState() == MigrationState.FUTURE_FAILED)
        .findFirst()
        .map(MigrationInfo::getVersion)
        .ifPresent(
            newer -> {
              throw new NewerStore("its schema has migration %s, unknown here".formatted(newer));
            });
  }

  /// Called after migrations ran.
  static void checkDocuments(Jdbi jdbi) {
    var others =
        jdbi.withHandle(
            db ->
                db.createQuery(OTHERS)
                    .bind("newest", "%" + Document.ENDING)
                    .mapTo(String.class)
                    .list());
    var newest = others.stream().mapToInt(Document::version).max().orElse(Document.VERSION);
    if (newest > Document.VERSION) {
      throw new NewerStore(
          "it has documents of version %d, and this version knows %d"
              .formatted(newest, Document.VERSION));
    }
  }
}
