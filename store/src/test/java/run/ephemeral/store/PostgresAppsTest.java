package run.ephemeral.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.NewEvent;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.pullrequest.Facts;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.testkit.PullRequests;
import run.ephemeral.testkit.TestPostgres;

class PostgresAppsTest {
  private static final AppName SHOP = new AppName("shop");
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final PullRequestRef ONE = new PullRequestRef(RepositoryName.git(SHOP), 1);
  private static final App APP =
      new App(SHOP, SHOP.value(), "/src/shop", "", NOW, Optional.empty());

  private PostgresStore store;
  private Apps apps;

  @BeforeEach
  void open() {
    var server = TestPostgres.server();
    store = PostgresStore.open(TestPostgres.database(), server.user(), server.password());
    apps = store.apps();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void anAppIsAddedOnce() {
    assertThat(apps.add(APP)).isTrue();
    assertThat(apps.add(APP)).isFalse();
    assertThat(apps.all()).containsExactly(APP);
  }

  @Test
  void whatWasSeenReplacesWhatWasSeenBeforeAndEndsTrouble() {
    apps.add(APP);
    apps.trouble(SHOP, Optional.of("away"));
    assertThat(apps.find(SHOP).orElseThrow().problem()).contains("away");
    var one = PullRequests.of(1, "'; DROP TABLE app; --", "b\"1", "ann", "c1");
    var two = PullRequests.of(2, "Two", "b2", "bob", "c2");
    apps.saw(SHOP, "main", List.of(one, two));
    apps.saw(SHOP, "main", List.of(two));
    assertThat(apps.pullRequests(SHOP)).containsExactly(two);
    assertThat(apps.find(SHOP).orElseThrow().problem()).isEmpty();
    assertThat(apps.find(SHOP).orElseThrow().defaultBranch()).isEqualTo("main");
  }

  @Test
  void everythingThatACodeHostSaysIsKept() {
    apps.add(APP);
    var elsewhere = new PullRequestRef(new RepositoryName("github", "acme/api"), 1);
    var head = new Head("c1", "b", Optional.empty());
    var facts = new Facts("One", "ann", Set.of("ui", "w'\"ip"), true);
    var approved = new Trust.Approved("mallory", "c1", "ann");
    var all =
        List.of(
            PullRequests.of(1, "One", "b", "ann", "c1"),
            new PullRequest(elsewhere, head, facts, new Trust.Fork("mallory")),
            new PullRequest(new PullRequestRef(elsewhere.repository(), 2), head, facts, approved));
    apps.saw(SHOP, "main", all);
    assertThat(apps.pullRequests(SHOP)).containsExactlyInAnyOrderElementsOf(all);
    apps.dismiss(SHOP, elsewhere, "c1");
    apps.dismiss(SHOP, ONE, "c2");
    assertThat(apps.dismissed(SHOP)).isEqualTo(Map.of(elsewhere, "c1", ONE, "c2"));
    apps.readmit(SHOP, ONE);
    assertThat(apps.dismissed(SHOP)).isEqualTo(Map.of(elsewhere, "c1"));
  }

  @Test
  void noTwoAppsNameTheirEnvironmentsAlike() {
    apps.add(APP);
    var other = new App(new AppName("other"), APP.label(), "/src/other", "", NOW, Optional.empty());
    assertThat(apps.add(other)).isFalse();
    assertThat(apps.all()).containsExactly(APP);
  }

  @Test
  void whatIsSeenOfAnAppThatIsGoneIsForgotten() {
    apps.saw(SHOP, "main", List.of(PullRequests.of(1, "One", "b", "ann", "c")));
    apps.dismiss(SHOP, ONE, "c");
    assertThat(apps.pullRequests(SHOP)).isEmpty();
    assertThat(apps.dismissed(SHOP)).isEmpty();
  }

  @Test
  void aDismissalHoldsUntilItIsTakenBackOrTheAppIsRemoved() {
    apps.add(APP);
    apps.dismiss(SHOP, ONE, "c1");
    apps.dismiss(SHOP, ONE, "c2");
    assertThat(apps.dismissed(SHOP)).isEqualTo(Map.of(ONE, "c2"));
    apps.readmit(SHOP, ONE);
    assertThat(apps.dismissed(SHOP)).isEmpty();
    apps.dismiss(SHOP, ONE, "c2");
    apps.remove(SHOP);
    apps.add(APP);
    assertThat(apps.dismissed(SHOP)).isEmpty();
  }

  @Test
  void theDiaryIsReadForwardsAndFromItsEnd() {
    var events = store.events();
    var one = new EnvironmentName("pr-shop-1");
    var two = new EnvironmentName("pr-shop-2");
    var web = Optional.of(new ComponentName("web"));
    var took = Optional.of(java.time.Duration.ofMillis(7));
    events.add(
        List.of(
            new NewEvent(one, Event.Level.INFO, Event.Kind.BUILD, web, "built\0", took),
            new NewEvent(two, Event.Level.ERROR, Event.Kind.FAIL, "x".repeat(5000)),
            new NewEvent(one, Event.Level.INFO, Event.Kind.READY, "ready")));
    var first = events.after(Optional.of(one), 0, 10);
    assertThat(first).extracting(Event::text).containsExactly("built", "ready");
    assertThat(events.after(Optional.of(one), first.getFirst().id(), 10)).hasSize(1);
    assertThat(events.latest(Optional.empty(), 2))
        .extracting(Event::environment)
        .containsExactly(two, one);
    assertThat(events.latest(Optional.of(two), 1).getFirst().text()).hasSizeLessThan(2100);
  }
}
