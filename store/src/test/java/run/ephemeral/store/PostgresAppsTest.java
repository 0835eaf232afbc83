package run.ephemeral.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.testkit.TestPostgres;

class PostgresAppsTest {
  private static final AppName SHOP = new AppName("shop");
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final App APP = new App(SHOP, "/src/shop", "", NOW, Optional.empty());

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
    var one = new PullRequest(1, "'; DROP TABLE app; --", "b\"1", "ann", "c1");
    var two = new PullRequest(2, "Two", "b2", "bob", "c2");
    apps.saw(SHOP, "main", List.of(one, two));
    apps.saw(SHOP, "main", List.of(two));
    assertThat(apps.pullRequests(SHOP)).containsExactly(two);
    assertThat(apps.find(SHOP).orElseThrow().problem()).isEmpty();
    assertThat(apps.find(SHOP).orElseThrow().defaultBranch()).isEqualTo("main");
  }

  @Test
  void whatIsSeenOfAnAppThatIsGoneIsForgotten() {
    apps.saw(SHOP, "main", List.of(new PullRequest(1, "One", "b", "ann", "c")));
    apps.dismiss(SHOP, 1, "c");
    assertThat(apps.pullRequests(SHOP)).isEmpty();
    assertThat(apps.dismissed(SHOP)).isEmpty();
  }

  @Test
  void aDismissalHoldsUntilItIsTakenBackOrTheAppIsRemoved() {
    apps.add(APP);
    apps.dismiss(SHOP, 1, "c1");
    apps.dismiss(SHOP, 1, "c2");
    assertThat(apps.dismissed(SHOP)).isEqualTo(Map.of(1, "c2"));
    apps.readmit(SHOP, 1);
    assertThat(apps.dismissed(SHOP)).isEmpty();
    apps.dismiss(SHOP, 1, "c2");
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
    events.add(
        one,
        Event.Level.INFO,
        Event.Kind.BUILD,
        web,
        "built\0",
        Optional.of(java.time.Duration.ofMillis(7)));
    events.note(two, Event.Level.ERROR, Event.Kind.FAIL, "x".repeat(5000));
    events.note(one, Event.Level.INFO, Event.Kind.READY, "ready");
    var first = events.after(Optional.of(one), 0, 10);
    assertThat(first).extracting(Event::text).containsExactly("built", "ready");
    assertThat(events.after(Optional.of(one), first.getFirst().id(), 10)).hasSize(1);
    assertThat(events.latest(Optional.empty(), 2))
        .extracting(Event::environment)
        .containsExactly(two, one);
    assertThat(events.latest(Optional.of(two), 1).getFirst().text()).hasSizeLessThan(2100);
  }
}
