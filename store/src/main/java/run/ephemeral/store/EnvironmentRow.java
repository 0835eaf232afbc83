package run.ephemeral.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import run.ephemeral.core.engine.Observed;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.EnvironmentId;
import run.ephemeral.core.environment.EnvironmentName;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.plan.Attempts;
import run.ephemeral.core.spec.AppName;

/// From a row to the record.
final class EnvironmentRow {
  private EnvironmentRow() {}

  static Environment read(ResultSet row) throws SQLException {
    return new Environment(
        new EnvironmentId(row.getLong("id")),
        new EnvironmentName(row.getString("name")),
        new AppName(row.getString("app")),
        Documents.read(row.getString("origin"), Origin.class),
        row.getLong("generation"),
        Documents.read(row.getString("wanted"), Wanted.class),
        Documents.read(row.getString("observed"), Observed.class),
        Documents.read(row.getString("attempts"), Attempts.class),
        instant(row, "created_at").orElseThrow(),
        instant(row, "changed_at").orElseThrow(),
        instant(row, "ready_at"),
        instant(row, "last_used_at"),
        row.getBoolean("settled"));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
