package run.ephemeral.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Sealed;
import run.ephemeral.core.cluster.AddedCluster;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Environments.Claimant;
import run.ephemeral.core.environment.Environments.Lease;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.testkit.TestPostgres;

/// Placement of environments on clusters, and which worker claims them.
class PlacementsTest {
  private static final Instant NOW = Instant.parse("2035-01-01T12:00:00Z");
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final Duration NO_LEASE = Duration.ZERO;
  private static final Set<ClusterName> HERE = Set.of(ClusterName.LOCAL);
  private static final ClusterName EAST = new ClusterName("east");

  private PostgresStore store;
  private Environments environments;

  @BeforeEach
  void open() {
    var server = TestPostgres.server();
    store = PostgresStore.open(TestPostgres.database(), server.user(), server.password());
    store
        .clusters()
        .add(new AddedCluster(EAST, Map.of(), new Sealed(""), ClusterSettings.DEFAULT, false, NOW));
    environments = store.environments();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whereAnEnvironmentRunsIsDecidedOnce() {
    var one = create("pr-shop-1");
    var lease = claim();
    assertThat(one.placement()).isEqualTo(Placement.Nowhere.YET);
    assertThat(environments.placed()).isEmpty();
    assertThat(environments.place(lease, EAST, EngineKind.KUBERNETES, 1))
        .isEqualTo(environments.find(one.id()));
    var on = (Placement.On) environments.find(one.id()).orElseThrow().placement();
    assertThat(on.cluster()).isEqualTo(EAST);
    assertThat(on.engine()).isEqualTo(EngineKind.KUBERNETES);
    assertThat(environments.place(lease, ClusterName.LOCAL, EngineKind.PROCESS, 9)).isEmpty();
    assertThat(environments.placed()).isEqualTo(Map.of(EAST, 1));
  }

  @Test
  void aClusterWakesOnlyWhatIsOnIt() {
    var one = create("pr-shop-1");
    assertThat(environments.unplaced()).isEqualTo(Map.of(Optional.empty(), 1));
    var lease = claim();
    environments.place(lease, EAST, EngineKind.KUBERNETES, 1);
    assertThat(environments.unplaced()).isEmpty();
    environments.release(lease, Optional.empty(), true);
    environments.wake(one.id(), new ClusterName("west"));
    assertThat(environments.nextDue(Set.of(EAST))).isEmpty();
    environments.wake(one.id(), EAST);
    assertThat(environments.nextDue(Set.of(EAST))).isPresent();
  }

  @Test
  void olderEnvironmentsThatLookForRoomAreAhead() {
    var first = create("pr-shop-1");
    create("pr-shop-2");
    var third = create("pr-shop-3");
    assertThat(environments.ahead(first.id())).isEmpty();
    assertThat(environments.ahead(third.id())).isEqualTo(Map.of(Optional.empty(), 2));
    environments.place(claim(), EAST, EngineKind.KUBERNETES, 1);
    assertThat(environments.ahead(third.id())).isEqualTo(Map.of(Optional.empty(), 1));
    environments.release(claim(), Optional.empty(), true);
    assertThat(environments.ahead(third.id())).as("one cannot run anywhere").isEmpty();
  }

  @Test
  void nothingIsPlacedOnAClusterThatIsCordonedOrGone() {
    create("pr-shop-1");
    var lease = claim();
    store.clusters().cordon(EAST, true);
    assertThat(environments.place(lease, EAST, EngineKind.KUBERNETES, 9)).isEmpty();
    store.clusters().remove(EAST);
    assertThat(environments.place(lease, EAST, EngineKind.KUBERNETES, 9)).isEmpty();
    assertThat(environments.isNewest(lease.id(), lease.token())).isTrue();
    assertThat(environments.isNewest(lease.id(), lease.token() - 1)).isFalse();
  }

  @Test
  void whatIsOnAnAbandonedClusterRunsNowhereAndItsLeaseIsLost() {
    create("pr-shop-1");
    var lease = claim();
    environments.place(lease, EAST, EngineKind.KUBERNETES, 9);
    assertThat(store.clusters().abandon(EAST)).isEqualTo(1);
    var only = new Placement.Nowhere(Optional.of(new ClusterSelector.Named(EAST)));
    assertThat(environments.all()).extracting(Environment::placement).containsExactly(only);
    assertThat(environments.renew(lease, Duration.ofMinutes(1))).isFalse();
  }

  @Test
  void aClusterWithoutABoundTakesAll() {
    for (int i = 1; i <= 3; i++) {
      create("pr-shop-" + i);
      assertThat(place(Integer.MAX_VALUE)).isTrue();
    }
    assertThat(environments.placed()).isEqualTo(Map.of(EAST, 3));
  }

  @Test
  void aLeaseThatWasLostPlacesNothing() {
    create("pr-shop-1");
    var slow = environments.claim(new Claimant("slow", NO_LEASE, HERE)).orElseThrow().lease();
    claim();
    assertThat(environments.place(slow, EAST, EngineKind.KUBERNETES, 1)).isEmpty();
  }

  @Test
  void aClusterTakesNoMoreThanItHasRoomForThoughManyComeAtOnce() throws Exception {
    for (int i = 1; i <= 20; i++) {
      create("pr-shop-" + i);
    }
    try (var threads = Executors.newFixedThreadPool(8)) {
      var results =
          java.util.stream.IntStream.range(0, 20)
              .mapToObj(_ -> threads.submit(() -> place(7)))
              .toList();
      for (var result : results) {
        result.get();
      }
    }
    assertThat(environments.placed()).isEqualTo(Map.of(EAST, 7));
  }

  private boolean place(int most) {
    return environments
        .claim(claimant("me"))
        .flatMap(claim -> environments.place(claim.lease(), EAST, EngineKind.KUBERNETES, most))
        .isPresent();
  }

  @Test
  void whatRunsElsewhereIsForWhoeverServesItsCluster() {
    var one = create("pr-shop-1");
    var lease = claim();
    environments.place(lease, EAST, EngineKind.KUBERNETES, 1);
    environments.release(lease, Optional.of(NOW), false);
    assertThat(environments.claim(claimant("me"))).isEmpty();
    assertThat(environments.visit(one.name(), Wanted::asleep, claimant("me"))).isEmpty();
    assertThat(environments.find(one.id()).orElseThrow().wanted().power()).isEqualTo(Power.OFF);
    assertThat(environments.nextDue(HERE)).isEmpty();
    assertThat(environments.nextDue(Set.of(EAST))).isPresent();
    assertThat(environments.claim(new Claimant("other", LEASE, Set.of(EAST)))).isPresent();
  }

  @Test
  void whatWaitsForRoomIsDueWhenAnotherGoes() {
    var one = create("pr-shop-1");
    var lease = claim();
    environments.place(lease, ClusterName.LOCAL, EngineKind.PROCESS, 1);
    create("pr-shop-2");
    environments.release(claim(), Optional.of(NOW.plus(Duration.ofDays(10_000))), false);
    assertThat(environments.claim(claimant("me"))).isEmpty();
    environments.remove(lease);
    assertThat(environments.find(one.id())).isEmpty();
    assertThat(environments.claim(claimant("me"))).isPresent();
  }

  @Test
  void removalsAtOnceDoNotHoldUpEachOther() {
    create("pr-shop-1");
    create("pr-shop-2");
    var one = claim();
    var other = claim();
    environments.remove(one);
    environments.remove(other);
    assertThat(environments.all()).isEmpty();
  }

  private static Claimant claimant(String owner) {
    return new Claimant(owner, LEASE, HERE);
  }

  private Lease claim() {
    return environments.claim(claimant("me")).orElseThrow().lease();
  }

  private Environment create(String name) {
    var origin = new Origin.OfWorkingTree("/x", "", "", "");
    var wanted = Wanted.nothingYet(Power.ON, NOW);
    return environments
        .create(new EnvironmentName(name), new AppName("shop"), origin, wanted)
        .orElseThrow();
  }
}
