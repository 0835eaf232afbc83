package run.ephemeral.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.app.App;
import run.ephemeral.core.engine.Engines;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Plan;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.reconciler.Effects;
import run.ephemeral.reconciler.Reconciler;
import run.ephemeral.reconciler.Watcher;
import run.ephemeral.reconciler.report.Reporting;
import run.ephemeral.store.PostgresStore;
import run.ephemeral.testkit.FakeEngine;
import run.ephemeral.testkit.TestPostgres;

class FinderTest {
  private static final AppName SHOP = new AppName("shop");
  private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");

  private PostgresStore store;
  private Finder finder;

  /// A watcher that ignores everything.
  private static final class Nobody implements Watcher {
    @Override
    public void looked(Environment environment, Plan plan) {}

    @Override
    public void gone(EnvironmentName environment) {}

    @Override
    public Optional<Instant> lastUsed(EnvironmentName environment) {
      return Optional.empty();
    }
  }

  @BeforeEach
  void open() {
    var server = TestPostgres.server();
    store = PostgresStore.open(TestPostgres.database(), server.user(), server.password());
    var engine = new FakeEngine(EngineKind.PROCESS, InstantSource.system());
    var reconciler =
        new Reconciler(
            store.environments(),
            store.apps(),
            store.events(),
            new Effects(engine.artifacts(), engine.data(), Engines.local(engine)),
            new Nobody(),
            Sentences.ENGLISH,
            new Reporting(
                "test",
                "runbot",
                () -> new Domain("http", "localhost", 8080),
                Sentences.ENGLISH,
                Limits.DEFAULT),
            Limits.DEFAULT,
            () -> NOW,
            () -> NOW);
    finder = new Finder(store.environments(), store.apps(), reconciler, Sentences.ENGLISH);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Environment create(String name) {
    return store
        .environments()
        .create(
            new EnvironmentName(name),
            SHOP,
            new Origin.OfWorkingTree("/tmp/shop", "main", "", ""),
            Wanted.nothingYet(Power.ON, NOW))
        .orElseThrow();
  }

  @Test
  void anEnvironmentIsFoundByItsName() {
    var one = create("pr-shop-1");
    create("pr-shop-2");
    assertThat(finder.environment("pr-shop-1")).isEqualTo(one);
  }

  @Test
  void aNameThatIsNearlyRightIsToldTheRightOne() {
    create("pr-shop-1");
    assertThatThrownBy(() -> finder.environment("pr-shpo-1"))
        .isInstanceOf(Problems.Absent.class)
        .hasMessage("there is no environment `pr-shpo-1`. Did you mean `pr-shop-1`?");
    assertThatThrownBy(() -> finder.environment("no/name at all"))
        .isInstanceOf(Problems.Absent.class)
        .hasMessage("there is no environment `no/name at all`.");
  }

  @Test
  void whatHasNothingToRunYetSaysWhy() {
    var one = create("pr-shop-1");
    assertThatThrownBy(() -> finder.release(one))
        .isInstanceOf(Problems.Absent.class)
        .hasMessageStartingWith("`pr-shop-1` has nothing to run yet: ");
  }

  @Test
  void anAppIsFoundByItsName() {
    var shop = new App(SHOP, SHOP.value(), "/tmp/shop", "main", NOW, Optional.empty());
    store.apps().add(shop);
    assertThat(finder.app("shop").name()).isEqualTo(SHOP);
    assertThatThrownBy(() -> finder.app("shopp"))
        .isInstanceOf(Problems.Absent.class)
        .hasMessage("no app `shopp` is followed. Did you mean `shop`?");
  }
}
