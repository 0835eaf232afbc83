package run.ephemeral.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CommentCommands;
import run.ephemeral.core.codehost.CommentCommands.Open;
import run.ephemeral.core.codehost.CommentCommands.Received;
import run.ephemeral.core.codehost.CommentCommands.State;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.testkit.TestPostgres;

class PostgresCommentCommandsTest {
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
  private static final AppName SHOP = new AppName("shop");
  private static final PullRequestRef ONE =
      new PullRequestRef(new RepositoryName("gitea.example.com", "acme/shop"), 1);

  private PostgresStore store;
  private CommentCommands table;

  @BeforeEach
  void open() {
    var server = TestPostgres.server();
    store = PostgresStore.open(TestPostgres.database(), server.user(), server.password());
    table = store.commentCommands();
    store.apps().add(new App(SHOP, "shop", "/shop", "", NOON, Optional.empty()));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Received of(String id, Instant at) {
    return new Received(ONE, id, "ann", List.of("sleep", "wake"), at);
  }

  private List<State> states() {
    return table.open(SHOP).stream().map(Open::state).toList();
  }

  @Test
  void whatIsReceivedIsTakenOnceAndToldOnce() {
    assertThat(table.readUntil(SHOP)).isEmpty();
    table.received(SHOP, List.of(of("7", NOON), of("10", NOON)), NOON);
    assertThat(table.readUntil(SHOP)).contains(NOON);
    assertThat(table.open(SHOP))
        .containsExactly(
            new Open(of("7", NOON), State.RECEIVED, Optional.empty(), 0),
            new Open(of("10", NOON), State.RECEIVED, Optional.empty(), 0));
    assertThat(table.begin(SHOP, "7")).isTrue();
    assertThat(table.begin(SHOP, "7")).isFalse();
    assertThat(table.done(SHOP, "7", Optional.of("no"))).isTrue();
    assertThat(table.beginTelling(SHOP, "7")).as("it is being told").isFalse();
    table.notTold(SHOP, "7");
    assertThat(table.open(SHOP).getFirst())
        .isEqualTo(new Open(of("7", NOON), State.DONE, Optional.of("no"), 1));
    assertThat(table.beginTelling(SHOP, "7")).isTrue();
    assertThat(table.beginTelling(SHOP, "7")).isFalse();
    table.told(SHOP, "7");
    assertThat(states()).containsExactly(State.RECEIVED);
    table.received(SHOP, List.of(of("7", NOON)), NOON);
    assertThat(states()).as("after it was read again").containsExactly(State.RECEIVED);
  }

  @Test
  void whatAProcessBeganThatEndedIsGivenUp() {
    table.received(SHOP, List.of(of("7", NOON), of("8", NOON)), NOON);
    table.begin(SHOP, "7");
    table.giveUp(SHOP, Duration.ofMinutes(1), "interrupted");
    assertThat(states()).containsExactly(State.BEGUN, State.RECEIVED);
    table.giveUp(SHOP, Duration.ofSeconds(-1), "interrupted");
    assertThat(table.open(SHOP).getFirst().answer()).contains("interrupted");
    // It comes to its end after all.
    assertThat(table.done(SHOP, "7", Optional.empty())).isFalse();
    assertThat(table.open(SHOP).getFirst().answer()).contains("interrupted");
  }

  @Test
  void whatIsReadNoMoreIsForgottenAndNothingElse() {
    table.received(SHOP, List.of(of("7", NOON), of("8", NOON)), NOON);
    table.begin(SHOP, "7");
    table.done(SHOP, "7", Optional.empty());
    table.told(SHOP, "7");
    table.received(SHOP, List.of(of("7", NOON)), NOON.plusSeconds(3600));
    assertThat(states()).as("an hour later").containsExactly(State.RECEIVED);
    table.received(SHOP, List.of(), NOON.plus(Duration.ofDays(2)));
    assertThat(states()).containsExactly(State.RECEIVED);
    table.received(SHOP, List.of(of("7", NOON)), NOON.plus(Duration.ofDays(2)));
    assertThat(states()).as("its row was deleted").hasSize(2);
  }

  @Test
  void anAppThatIsGoneHasNone() {
    table.received(SHOP, List.of(of("7", NOON)), NOON);
    store.apps().remove(SHOP);
    assertThat(table.open(SHOP)).isEmpty();
    table.received(SHOP, List.of(of("8", NOON)), NOON);
    assertThat(table.open(SHOP)).isEmpty();
  }
}
