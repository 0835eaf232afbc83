package run.ephemeral.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.TestPostgres;

/// A follower that reads by the last seen id misses no event.
class PostgresEventsTest {
  private static final EnvironmentName NAME = new EnvironmentName("pr-shop-1");
  private static final EnvironmentName SLOW = new EnvironmentName("pr-slow-1");
  private static final int GATE = 4711;

  private final String url = TestPostgres.database();
  private PostgresStore store;
  private Events events;

  @BeforeEach
  void open() {
    var server = TestPostgres.server();
    store = PostgresStore.open(url, server.user(), server.password());
    events = store.events();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void note(EnvironmentName environment, String text) {
    events.note(environment, Event.Level.INFO, Event.Kind.NOTE, text);
  }

  private static <T> FutureTask<T> inBackground(Callable<T> work) {
    var task = new FutureTask<>(work);
    Thread.startVirtualThread(task);
    return task;
  }

  private Connection connect() throws SQLException {
    var server = TestPostgres.server();
    return DriverManager.getConnection(url, server.user(), server.password());
  }

  /// Delays the commits of the environment `pr-slow-1` after ids are assigned.
  private static void makeOneSlow(Connection database) throws SQLException {
    try (var statement = database.createStatement()) {
      statement.execute(
          """
          CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            IF NEW.environment = 'pr-slow-1' THEN PERFORM pg_advisory_xact_lock(4711); END IF;
            RETURN NULL;
          END $$;
          CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION hold();
          SELECT pg_advisory_lock(%d);
          """
              .formatted(GATE));
    }
  }

  private static int waiting(Connection database) {
    try (var statement = database.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")) {
      rows.next();
      return rows.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aLineThatIsCommittedLateDoesNotAppearBeforeOneThatWasSeenAlready() throws Exception {
    try (var database = connect()) {
      makeOneSlow(database);
      var slow =
          inBackground(
              () -> {
                note(SLOW, "slow");
                return true;
              });
      Eventually.eventually("the slow line has its id", () -> waiting(database) == 1);
      var fast =
          inBackground(
              () -> {
                note(NAME, "fast");
                return true;
              });
      Eventually.eventually(
          "the fast line is there, or waits", () -> fast.isDone() || waiting(database) == 2);
      var seen = new ArrayList<>(events.after(Optional.empty(), 0, 10));
      try (var statement = database.createStatement()) {
        statement.execute("SELECT pg_advisory_unlock(%d)".formatted(GATE));
      }
      assertThat(slow.get() && fast.get()).isTrue();
      var last = seen.isEmpty() ? 0 : seen.getLast().id();
      seen.addAll(events.after(Optional.empty(), last, 10));
      assertThat(seen).extracting(Event::text).containsExactly("slow", "fast");
    }
  }

  @Test
  void manyWritersAtOnceAreAllFollowed() throws Exception {
    var writers = new ArrayList<FutureTask<Boolean>>();
    for (int writer = 0; writer < 8; writer++) {
      var number = writer;
      writers.add(
          inBackground(
              () -> {
                for (int i = 0; i < 100; i++) {
                  note(NAME, number + " " + i);
                }
                return true;
              }));
    }
    var seen = new ArrayList<Event>();
    Eventually.eventually(
        "all lines",
        () -> {
          var isOver = writers.stream().allMatch(FutureTask::isDone);
          List<Event> more;
          do {
            more = events.after(Optional.of(NAME), seen.isEmpty() ? 0 : seen.getLast().id(), 20);
            seen.addAll(more);
          } while (!more.isEmpty());
          return isOver;
        });
    assertThat(seen).hasSize(800);
  }
}
