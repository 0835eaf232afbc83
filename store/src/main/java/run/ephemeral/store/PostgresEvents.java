package run.ephemeral.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.environment.NewEvent;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// The event log as rows. Every so often an insert also deletes the oldest events of a log that
/// grew too long. An insert does not wait for the disk.
///
/// Followers ask for the events after the last id they saw, so ids must become visible in ascending
/// order: an id is taken under a lock that is held until the commit.
final class PostgresEvents implements Events {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresEvents.class);
  private static final int LONGEST_TEXT = 2000;
  private static final int KEPT = 50_000;
  private static final int TIDY_EVERY = 1000;

  /// The key of that advisory lock: "event" in ASCII.
  private static final long ORDER = 0x6576656e74L;

  private final Jdbi jdbi;

  PostgresEvents(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public void add(List<NewEvent> events) {
    var insert =
        """
        WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(:order))
        INSERT INTO event (environment, level, step, component, text, took_millis)
        SELECT environment, level, step, component, text, took
        FROM turn, unnest(:environments, :levels, :steps, :components, :texts, :tooks)
          WITH ORDINALITY AS added (environment, level, step, component, text, took, place)
        ORDER BY place
        RETURNING id, pg_notify('ephemeral_event', environment),
            set_config('synchronous_commit', 'off', true)
        """;
    jdbi.useHandle(
        db -> {
          var query = db.createQuery(insert).bind("order", ORDER);
          bind(query, "environments", events, event -> event.environment().value());
          bind(query, "levels", events, event -> event.level().name());
          bind(query, "steps", events, event -> event.kind().word());
          bind(query, "components", events, PostgresEvents::component);
          bind(query, "texts", events, event -> shortened(event.text()));
          var tooks = events.stream().map(PostgresEvents::millis).toArray(Long[]::new);
          var ids =
              query
                  .bindArray("tooks", Long.class, (Object[]) tooks)
                  .map((row, context) -> row.getLong("id"))
                  .list();
          for (var id : ids) {
            if (id % TIDY_EVERY == 0) {
              db.execute("DELETE FROM event WHERE id < ?", id - KEPT);
            }
          }
        });
  }

  private static void bind(
      Query query, String name, List<NewEvent> events, Function<NewEvent, @Nullable String> part) {
    query.bindArray(name, String.class, events.stream().map(part).toArray());
  }

  private static @Nullable String component(NewEvent event) {
    return event.component().map(ComponentName::value).orElse(null);
  }

  private static @Nullable Long millis(NewEvent event) {
    return event.took().map(Duration::toMillis).orElse(null);
  }

  private static String shortened(String text) {
    var end = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text;
    return end.replace("\0", "");
  }

  @Override
  public List<Event> after(Optional<EnvironmentName> environment, long id, int most) {
    return select(environment, id, "ASC", most);
  }

  @Override
  public List<Event> latest(Optional<EnvironmentName> environment, int most) {
    return select(environment, 0, "DESC", most).reversed();
  }

  private List<Event> select(
      Optional<EnvironmentName> environment, long after, String order, int most) {
    var sql =
        """
        SELECT * FROM event
        WHERE id > :after AND (:name::text IS NULL OR environment = :name)
        ORDER BY id <order> LIMIT :most
        """;
    return jdbi.withHandle(
        db ->
            db
                .createQuery(sql)
                .define("order", order)
                .bind("after", after)
                .bind("name", environment.map(EnvironmentName::value).orElse(null))
                .bind("most", most)
                .map((row, context) -> event(row))
                .stream()
                .flatMap(Optional::stream)
                .toList());
  }

  private static Event.Level level(String word) {
    return Arrays.stream(Event.Level.values())
        .filter(level -> level.name().equals(word))
        .findFirst()
        .orElse(Event.Level.INFO);
  }

  /// An event with a name that this version cannot read is left out.
  private static Optional<Event> event(ResultSet row) throws SQLException {
    @Nullable String component = row.getString("component");
    var took = row.getObject("took_millis", Long.class);
    try {
      return Optional.of(
          new Event(
              row.getLong("id"),
              row.getObject("at", OffsetDateTime.class).toInstant(),
              new EnvironmentName(row.getString("environment")),
              level(row.getString("level")),
              Event.Kind.of(row.getString("step")),
              Optional.ofNullable(component).map(ComponentName::new),
              row.getString("text"),
              Optional.ofNullable(took).map(Duration::ofMillis)));
    } catch (IllegalArgumentException e) {
      LOG.debug("event {} cannot be read: {}", row.getLong("id"), e.getMessage());
      return Optional.empty();
    }
  }
}
