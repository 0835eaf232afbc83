package run.ephemeral.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.engine.TestResult;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Environments.Claimant;
import run.ephemeral.core.environment.Environments.Lease;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.release.SourceTree;
import run.ephemeral.core.report.Published;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.ExpireSpec;
import run.ephemeral.core.spec.ServiceSpec;
import run.ephemeral.core.spec.SleepSpec;
import run.ephemeral.core.spec.StartSpec;
import run.ephemeral.core.step.InstanceId;
import run.ephemeral.core.step.StepKey;
import run.ephemeral.testkit.PullRequests;
import run.ephemeral.testkit.TestPostgres;

class PostgresEnvironmentsTest {
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final Duration NO_LEASE = Duration.ZERO;
  private static final Set<ClusterName> HERE = Set.of(ClusterName.LOCAL);
  private static final Mirror MIRROR = new Mirror("app-shop");
  private static final AppName SHOP = new AppName("shop");
  private static final Instant NOW = Instant.parse("2035-01-01T12:00:00Z");

  private PostgresStore store;
  private Environments environments;

  @BeforeEach
  void open() {
    var server = TestPostgres.server();
    store = PostgresStore.open(TestPostgres.database(), server.user(), server.password());
    environments = store.environments();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void factsComeBackAsTheyWereWritten() {
    var made = create("pr-shop-1");
    var release = release();
    environments.want(made.id(), wanted -> wanted.withRelease(release, Power.ON, NOW));
    var lease = claim();
    var fault = Fault.external("the registry does not answer", new IllegalStateException());
    var attempts =
        new Attempts(
            Map.of(StepKey.parse("build web"), new Attempts.Attempt(2, NOW, Optional.of(fault))),
            1);
    assertThat(environments.record(lease, observed(), attempts, Optional.of(NOW))).isTrue();

    var read = environments.find(new EnvironmentName("pr-shop-1")).orElseThrow();
    assertThat(read.observed()).isEqualTo(observed());
    assertThat(read.attempts()).isEqualTo(attempts);
    assertThat(read.wanted().release()).contains(release);
    assertThat(read.wanted().release().orElseThrow().spec().services().keySet())
        .as("in the order of the file")
        .containsExactly(new ComponentName("zebra-service"), new ComponentName("api"));
    assertThat(read.origin()).isEqualTo(made.origin());
    assertThat(read.readyAt()).contains(NOW);
    assertThat(read.generation()).isEqualTo(made.generation() + 1);
  }

  @Test
  void aNameIsGivenOnce() {
    create("pr-shop-1");
    assertThat(
            environments.create(
                new EnvironmentName("pr-shop-1"),
                SHOP,
                new Origin.OfWorkingTree("/x", "", "", ""),
                Wanted.nothingYet(Power.ON, NOW)))
        .isEmpty();
  }

  @Test
  void whatIsDueIsClaimedOnceAndAgainOnlyWhenWoken() {
    var one = create("pr-shop-1");
    var lease = claim();
    assertThat(lease.id()).isEqualTo(one.id());
    assertThat(environments.claim(claimant("other"))).isEmpty();
    environments.release(lease, Optional.empty(), true);
    assertThat(environments.claim(claimant("other"))).isEmpty();
    assertThat(environments.nextDue(HERE)).isEmpty();
    environments.wake(one.id(), ClusterName.LOCAL);
    assertThat(environments.claim(claimant("other"))).isPresent();
  }

  @Test
  void aWakeDuringARunIsNotLost() {
    var one = create("pr-shop-1");
    var lease = claim();
    environments.wake(one.id(), ClusterName.LOCAL);
    environments.release(lease, Optional.empty(), true);
    assertThat(environments.find(one.id()).orElseThrow().settled()).isFalse();
    assertThat(environments.claim(claimant("me"))).isPresent();
  }

  @Test
  void aLeaseThatRanOutIsTakenOverAndItsOwnerCanWriteNothingMore() {
    create("pr-shop-1");
    var slow = environments.claim(new Claimant("slow", NO_LEASE, HERE)).orElseThrow().lease();
    var quick = environments.claim(claimant("quick")).orElseThrow().lease();
    assertThat(quick.token()).isGreaterThan(slow.token());
    assertThat(environments.renew(slow, LEASE)).isFalse();
    assertThat(environments.record(slow, observed(), Attempts.NONE, Optional.empty())).isFalse();
    environments.release(slow, Optional.empty(), true);
    environments.remove(slow);
    assertThat(environments.find(quick.id())).isPresent();
    assertThat(environments.renew(quick, LEASE)).isTrue();
    assertThat(environments.claim(claimant("third"))).isEmpty();
  }

  @Test
  void theLeasesOfAnEarlierLifeAreVoid() {
    create("pr-shop-1");
    var earlier = claim();
    environments.abandon("somebody else");
    assertThat(environments.claim(claimant("me"))).isEmpty();
    environments.abandon("me");
    var later = claim();
    assertThat(later.token()).isGreaterThan(earlier.token());
    assertThat(environments.record(earlier, observed(), Attempts.NONE, Optional.empty())).isFalse();
  }

  @Test
  void somethingIsDueWhenItsTimeComes() {
    create("pr-shop-1");
    var later = NOW.plus(Duration.ofHours(1));
    environments.release(claim(), Optional.of(later), true);
    assertThat(environments.claim(claimant("me"))).isEmpty();
    assertThat(environments.nextDue(HERE)).contains(later);
  }

  @Test
  void wantingTheSameAgainIsNoNewGeneration() {
    var one = create("pr-shop-1");
    var slept = environments.want(one.id(), Wanted::asleep).orElseThrow();
    var again = environments.want(one.id(), Wanted::asleep).orElseThrow();
    assertThat(slept.generation()).isEqualTo(one.generation() + 1);
    assertThat(again.generation()).isEqualTo(slept.generation());
  }

  @Test
  void aRowThatWasWokenMeanwhileIsNotRemoved() {
    var one = create("pr-shop-1");
    var lease = claim();
    environments.wake(one.id(), ClusterName.LOCAL);
    environments.remove(lease);
    assertThat(environments.find(one.id())).isPresent();
    environments.release(lease, Optional.empty(), false);
    environments.remove(claim());
    assertThat(environments.find(one.id())).isEmpty();
  }

  @Test
  void manyClaimersGetEveryEnvironmentOnce() throws Exception {
    for (int i = 1; i <= 40; i++) {
      create("pr-shop-" + i);
    }
    var claimed = new HashSet<EnvironmentId>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      var results =
          java.util.stream.IntStream.range(0, 40)
              .mapToObj(i -> threads.submit(() -> environments.claim(claimant("worker " + i))))
              .toList();
      for (var result : results) {
        result.get().ifPresent(claim -> assertThat(claimed.add(claim.lease().id())).isTrue());
      }
    }
    environments.claim(claimant("last")).ifPresent(claim -> claimed.add(claim.lease().id()));
    assertThat(claimed).hasSizeGreaterThan(30);
  }

  @Test
  void aVisitTakesTheLeaseAlong() {
    var one = create("pr-shop-1");
    environments.release(claim(), Optional.empty(), true);
    var claim = environments.visit(one.name(), Wanted::asleep, claimant("me")).orElseThrow();
    assertThat(claim.environment()).isEqualTo(environments.find(one.id()).orElseThrow());
    assertThat(claim.environment().wanted().power()).isEqualTo(Power.OFF);
    assertThat(environments.claim(claimant("other"))).isEmpty();
    environments.release(claim.lease(), Optional.empty(), true);
    assertThat(environments.find(one.id()).orElseThrow().settled()).isTrue();
    assertThat(environments.nextDue(HERE)).isEmpty();
  }

  @Test
  void aVisitDuringARunIsForWhoeverHasTheLease() {
    var one = create("pr-shop-1");
    var lease = claim();
    assertThat(environments.visit(one.name(), Wanted::asleep, claimant("me"))).isEmpty();
    assertThat(environments.find(one.id()).orElseThrow().wanted().power()).isEqualTo(Power.OFF);
    environments.release(lease, Optional.empty(), true);
    assertThat(claim().id()).as("it is due again").isEqualTo(one.id());
  }

  @Test
  void aVisitThatWantsNothingElseTakesNothing() {
    var one = create("pr-shop-1");
    assertThat(environments.visit(one.name(), wanted -> wanted, claimant("me"))).isEmpty();
    assertThat(environments.visit(new EnvironmentName("none"), Wanted::asleep, claimant("me")))
        .isEmpty();
    assertThat(claim().id()).isEqualTo(one.id());
  }

  @Test
  void aVisitIsNotedAndMakesNothingDue() {
    var one = create("pr-shop-1");
    environments.release(claim(), Optional.empty(), true);
    environments.used(one.id(), NOW);
    environments.used(one.id(), NOW.minusSeconds(9));
    assertThat(environments.find(one.id()).orElseThrow().lastUsedAt()).contains(NOW);
    assertThat(environments.nextDue(HERE)).isEmpty();
  }

  private static Claimant claimant(String owner) {
    return new Claimant(owner, LEASE, HERE);
  }

  private Lease claim() {
    return environments.claim(claimant("me")).orElseThrow().lease();
  }

  private Environment create(String name) {
    var origin = new Origin.OfPullRequests(PullRequests.of(1, "T'it\"le", "b", "ann", "c1"));
    return environments
        .create(new EnvironmentName(name), SHOP, origin, Wanted.nothingYet(Power.ON, NOW))
        .orElseThrow();
  }

  private static Release release() {
    var services = new LinkedHashMap<ComponentName, ServiceSpec>();
    for (var name : List.of("zebra-service", "api")) {
      services.put(
          new ComponentName(name),
          new ServiceSpec(
              ".", Optional.empty(), "run", true, Optional.empty(), Map.of("A", "b"), List.of()));
    }
    var spec =
        new AppSpec(
            SHOP,
            services,
            Map.of(),
            Map.of(),
            StartSpec.DEFAULT,
            new SleepSpec(Optional.of(Duration.ofMinutes(30))),
            new ExpireSpec(Optional.empty()));
    return new Release(
        MIRROR,
        "c1",
        Digest.of("x"),
        spec,
        Set.of(new SourceTree(MIRROR, ".", "t1")),
        Map.of(new ComponentName("db"), new SourceTree(MIRROR, "seed.sql", "s1")),
        Map.of("title", "T'it\"le"));
  }

  private static Observed observed() {
    var web = new ComponentName("web");
    var unit = Digest.of("unit");
    var ended = new Instance.State.Ended("exited 1", NOW, Duration.ofSeconds(3));
    var instances =
        List.of(
            instance(web, unit, 1, ended),
            instance(web, unit, 2, new Instance.State.Starting()),
            instance(web, unit, 3, new Instance.State.Healthy(NOW)));
    var ref = PullRequests.of(1, "Title", "branch", "ann", "c0ffee").ref();
    var test = new TestResult(new ComponentName("smoke"), unit, true, "passed");
    return new Observed(
        Map.of(unit, new Artifact.Folder()),
        Map.of(new ComponentName("db"), unit),
        new Running.Processes(instances, Set.of(web)),
        List.of(test),
        List.of(new Published(ref, Optional.of(unit), Set.of("expires"), NOW)),
        true);
  }

  private static Instance instance(
      ComponentName service, Digest unit, int attempt, Instance.State state) {
    var id = InstanceId.of(service, unit, attempt);
    return new Instance(id, service, unit, attempt, 0, 7, 8, NOW, false, state);
  }
}
