package run.ephemeral.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Environment;
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

/// Maps a row to an environment. Unreadable observations and attempts become empty, since they are
/// made again. An unreadable desired state or origin cannot be recovered.
///
/// @param unreadable why the row must not be written back
record EnvironmentRow(Environment environment, Optional<Fault> unreadable) {
  private static final Logger LOG = LoggerFactory.getLogger(EnvironmentRow.class);

  /// Skips a row with an invalid name, which no version of this program wrote.
  static Optional<EnvironmentRow> readable(ResultSet row) throws SQLException {
    try {
      return Optional.of(read(row));
    } catch (IllegalArgumentException e) {
      LOG.error("row {} of table environment has an invalid name: {}", row.getLong("id"), e + "");
      return Optional.empty();
    }
  }

  private static EnvironmentRow read(ResultSet row) throws SQLException {
    var name = row.getString("name");
    var changedAt = instant(row, "changed_at").orElseThrow();
    var app = new AppName(row.getString("app"));
    var origin = Document.ORIGIN.read(row.getString("origin")).map(it -> Document.named(it, app));
    var wanted = Document.WANTED.read(row.getString("wanted"));
    var fault = unreadable(name);
    var environment =
        new Environment(
            new EnvironmentId(row.getLong("id")),
            new EnvironmentName(name),
            app,
            origin.orElseGet(Origin.Unknown::new),
            placement(row),
            row.getLong("generation"),
            wanted
                .filter(known -> origin.isPresent() || known.removal().isPresent())
                .orElseGet(() -> Wanted.unreadable(fault, changedAt)),
            Document.OBSERVED.read(row.getString("observed")).orElse(Observed.NOTHING),
            Document.ATTEMPTS.read(row.getString("attempts")).orElse(Attempts.NONE),
            instant(row, "created_at").orElseThrow(),
            changedAt,
            instant(row, "ready_at"),
            instant(row, "last_used_at"),
            row.getBoolean("settled"));
    var whole = origin.isPresent() && wanted.isPresent();
    return new EnvironmentRow(environment, whole ? Optional.empty() : Optional.of(fault));
  }

  private static Placement placement(ResultSet row) throws SQLException {
    var cluster = row.getString("cluster");
    return cluster == null
        ? new Placement.Nowhere(
            Optional.ofNullable(row.getString("only_on")).map(ClusterSelector::parse))
        : new Placement.On(
            new ClusterName(cluster),
            EngineKind.of(row.getString("engine")),
            instant(row, "placed_at").orElseThrow());
  }

  /// @throws FaultException when the row is unreadable and the change is no removal
  void checkWritable(Wanted next) {
    if (unreadable.isPresent() && next.removal().isEmpty()) {
      throw new FaultException(unreadable.get());
    }
  }

  private static Fault unreadable(String name) {
    var message =
        "its row in the table of environments cannot be read: another version of this program"
            + " wrote it, or it is damaged; run that version, or remove it with"
            + " `ephemeral destroy %s`".formatted(name);
    return new Fault(Fault.Kind.INTERNAL, message, name);
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
