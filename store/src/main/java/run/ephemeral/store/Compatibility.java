package run.ephemeral.store;

import java.util.Arrays;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jdbi.v3.core.Jdbi;
import run.ephemeral.store.document.Document;

/// Refuses a store that a newer version of this program has written to: what this version does
/// not know it would leave out when it writes a row back.
final class Compatibility {
  private static final String DOCUMENTS =
      """
      SELECT coalesce(max(CASE json_typeof(document -> :key)
          WHEN 'number' THEN (document ->> :key)::numeric ELSE 1 END), 1)
      FROM environment, unnest(ARRAY[origin, wanted, observed, attempts]) document
      """;

  private Compatibility() {}

  /// Before migrations are run.
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

  /// After migrations were run.
  static void checkDocuments(Jdbi jdbi) {
    var newest =
        jdbi.withHandle(
            db -> db.createQuery(DOCUMENTS).bind("key", Document.KEY).mapTo(Integer.class).one());
    if (newest > Document.VERSION) {
      throw new NewerStore(
          "it has documents of version %d, and this version knows %d"
              .formatted(newest, Document.VERSION));
    }
  }
}
