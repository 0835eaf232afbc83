package run.ephemeral.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Environments.Claimant;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Planner;
import run.ephemeral.core.plan.Situation;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.testkit.TestPostgres;

/// Rows whose documents were written by another version, or are damaged.
class UnreadableRowTest {
  private static final Claimant CLAIMANT =
      new Claimant("test", Duration.ofMinutes(1), Set.of(ClusterName.LOCAL));
  private static final Instant NOW = Instant.parse("2035-01-01T12:00:00Z");

  private final String url = TestPostgres.database();
  private final PostgresStore store =
      PostgresStore.open(url, TestPostgres.server().user(), TestPostgres.server().password());
  private final Environments environments = store.environments();

  @AfterEach
  void close() {
    store.close();
  }

  private Environment create(String name) {
    return environments
        .create(
            new EnvironmentName(name),
            new AppName("shop"),
            new Origin.OfWorkingTree("/x", "", "", ""),
            Wanted.nothingYet(Power.ON, NOW))
        .orElseThrow();
  }

  private void damage(Environment environment, String column, String document) throws SQLException {
    var server = TestPostgres.server();
    try (var connection = DriverManager.getConnection(url, server.user(), server.password());
        var update =
            connection.prepareStatement(
                "UPDATE environment SET %s = ?::json WHERE id = ?".formatted(column))) {
      update.setString(1, document);
      update.setLong(2, environment.id().value());
      update.execute();
    }
  }

  private Environment find(Environment environment) {
    return environments.find(environment.id()).orElseThrow();
  }

  private Phase phase(Environment environment) {
    var situation =
        new Situation(
            environment.wanted(),
            environment.observed(),
            environment.attempts(),
            environment.placement(),
            List.of(),
            0,
            Optional.empty(),
            NOW,
            Limits.DEFAULT,
            NOW.plus(Duration.ofDays(100)));
    return Planner.plan(situation).phase();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wanted | {}",
        "wanted | null",
        "wanted | [1]",
        "wanted | {\"power\": \"LOUD\"}",
        "origin | {\"is\": \"a fork\"}",
        "origin | \"x\""
      })
  void isListedAsFailingWithWhatToDoAndHarmsNoOther(String column, String document)
      throws SQLException {
    var bad = create("bad");
    var good = create("good");
    damage(bad, column, document);
    assertThat(environments.all()).hasSize(2).contains(good);
    var read = find(bad);
    assertThat(phase(read)).isEqualTo(Phase.FAILING);
    assertThat(read.wanted().fault().orElseThrow().message()).contains("`ephemeral destroy bad`");
    assertThat(read.wanted().expiresAt()).as("it is not removed by itself").isEmpty();
  }

  @Test
  void canBeRemovedAndNotBeChanged() throws SQLException {
    var bad = create("bad");
    damage(bad, "wanted", "{}");
    assertThatThrownBy(() -> environments.want(bad.id(), Wanted::asleep))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("cannot be read");
    assertThat(find(bad).generation()).isEqualTo(bad.generation());
    assertThat(environments.want(bad.id(), wanted -> wanted.removed("somebody destroyed it")))
        .isPresent();
    assertThat(find(bad).wanted().removal()).isPresent();
    var lease = environments.claim(CLAIMANT).orElseThrow().lease();
    environments.remove(lease);
    assertThat(environments.all()).isEmpty();
  }

  /// Documents of the first version lack closed addresses and rounds of attempts.
  @Test
  void anOlderDocumentThatLacksWhatIsNewIsWhole() throws SQLException {
    var old = create("old");
    damage(
        old,
        "observed",
        "{\"artifacts\":[],\"databases\":{},\"instances\":[],\"tests\":[],\"traces\":true}");
    damage(old, "attempts", "{\"byStep\":{}}");
    assertThat(find(old).observed()).isEqualTo(Observed.NOTHING.withTraces());
    assertThat(find(old).attempts()).isEqualTo(Attempts.NONE);
  }

  @Test
  void whatWasSeenAndTriedIsSeenAgain() throws SQLException {
    var bad = create("bad");
    damage(bad, "observed", "{\"artifacts\": [7]}");
    damage(bad, "attempts", "3");
    assertThat(find(bad).observed()).isEqualTo(Observed.NOTHING);
    assertThat(find(bad).attempts()).isEqualTo(Attempts.NONE);
    assertThat(find(bad).wanted()).isEqualTo(bad.wanted());
    var lease = environments.claim(CLAIMANT).orElseThrow().lease();
    var attempts = new Attempts(Map.of(), 2);
    assertThat(environments.record(lease, Observed.NOTHING, attempts, Optional.empty())).isTrue();
    assertThat(find(bad).attempts()).isEqualTo(attempts);
  }

  @Test
  void anAppAndALineOfTheDiaryThatCannotBeReadHoldUpNoOther() throws SQLException {
    var app = new App(new AppName("shop"), "shop", "/shop", "main", NOW, Optional.empty());
    assertThat(store.apps().add(app)).isTrue();
    var name = new EnvironmentName("one");
    store.events().note(name, Event.Level.INFO, Event.Kind.NOTE, "readable");
    sql(
        "INSERT INTO app (name, label, host, repository, source, default_branch, added_at)"
            + " VALUES ('No Name', 'x', 'git', 'x', '/x', 'main', now())",
        "INSERT INTO event (environment, level, step, text)"
            + " VALUES ('No Name', 'INFO', 'note', 'x'), ('one', 'SHOUT', 'sing', 'unknown')");
    assertThat(store.apps().all()).containsExactly(app);
    assertThat(store.events().latest(Optional.of(name), 10))
        .extracting(Event::text)
        .containsExactly("readable", "unknown");
  }

  private void sql(String... statements) throws SQLException {
    var server = TestPostgres.server();
    try (var connection = DriverManager.getConnection(url, server.user(), server.password());
        var statement = connection.createStatement()) {
      for (var each : statements) {
        statement.execute(each);
      }
    }
  }
}
