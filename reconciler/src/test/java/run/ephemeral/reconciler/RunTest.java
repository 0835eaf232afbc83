package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Fault;
import run.ephemeral.core.engine.Engines;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.step.Step;

class RunTest {
  private World world;

  @BeforeEach
  void open() {
    world = new World();
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void thatAServiceIsNotStartedAgainIsAnEventOnce() throws InterruptedException {
    var one = world.create(1, Shop.release("w1", "a1"));
    world.engine.failWith(
        step -> {
          if (step instanceof Step.Await await && await.service().equals(Shop.WEB)) {
            world.engine.crash(one.id(), Shop.WEB, "exited 1 after 0.1 s");
            return Optional.of(Fault.user("exited 1 after 0.1 s"));
          }
          return Optional.empty();
        });
    for (int i = 0; i < 2 * Limits.DEFAULT.starts(); i++) {
      world.settle();
      world.pass(Duration.ofMinutes(2));
    }
    assertThat(world.diary(one)).noneMatch(text -> text.contains("started 5 times"));
    world.engine.blind(Fault.external("what runs of it cannot be read", new Throwable()));
    world.settle();
    world.engine.blind(null);
    world.pass(Duration.ofHours(1));
    world.settle();
    var events = world.events.latest(Optional.of(one.name()), 100);
    assertThat(events)
        .filteredOn(event -> event.text().startsWith("gave up"))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.text()).isEqualTo("gave up after 5 starts: exited 1 after 0.1 s");
              assertThat(event.kind()).isEqualTo(Event.Kind.FAIL);
              assertThat(event.level()).isEqualTo(Event.Level.ERROR);
              assertThat(event.component()).contains(Shop.WEB);
            });
  }

  @Test
  void whatIsReadyAfterItsIdleTimeIsReadyBeforeItGoesToSleep() throws InterruptedException {
    world.engine.failWith(
        step -> {
          if (step instanceof Step.Await) {
            world.now.updateAndGet(now -> now.plus(Duration.ofDays(1)));
          }
          return Optional.empty();
        });
    var one = world.create(1, Shop.release("w1", "a1", Optional.of(Duration.ofMinutes(30))));
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.ASLEEP);
    assertThat(world.events.latest(Optional.of(one.name()), 100))
        .extracting(Event::kind)
        .containsSubsequence(Event.Kind.READY, Event.Kind.SLEEP, Event.Kind.STOP)
        .containsOnlyOnce(Event.Kind.READY, Event.Kind.SLEEP);
  }

  /// The change comes before the run exists, so it cannot wake the run.
  @Test
  void whatChangedBetweenTheClaimAndTheRunIsSeenAtOnce() throws Exception {
    // Without a wake, the next round would come after half a minute.
    changeIsSeen(world.reconciler, 20);
  }

  @Test
  void aBusyEngineDelaysNoRoundAfterAWake() throws Exception {
    // A round without a wake would come after 15 s.
    changeIsSeen(reconciler(new DeafEngine(world.engine, true)), 10);
  }

  private void changeIsSeen(Reconciler reconciler, int seconds) throws Exception {
    world.engine.failWith(
        step -> {
          if (step instanceof Step.Build) {
            LockSupport.park();
          }
          return Optional.empty();
        });
    var one = world.create(1, Shop.release("w1", "a1"));
    var claim = world.claim().orElseThrow();
    world.environments.want(one.id(), Wanted::asleep);
    var run = new FutureTask<>(reconciler.run(claim));
    Thread.startVirtualThread(run);
    run.get(seconds, TimeUnit.SECONDS);
    assertThat(world.environments.find(one.id()).orElseThrow().wanted().power())
        .isEqualTo(Power.OFF);
    assertThat(world.engine.running()).isZero();
  }

  private Reconciler reconciler(DeafEngine engine) {
    return new Reconciler(
        world.environments,
        world.store.apps(),
        world.events,
        new Effects(world.engine.artifacts(), world.engine.data(), Engines.local(engine)),
        new NoWatcher(),
        Sentences.ENGLISH,
        Tellers.reporting(),
        run.ephemeral.core.policy.Limits.DEFAULT,
        world.clock,
        () -> java.time.Instant.EPOCH);
  }

  @Test
  void aStepWithoutEffectIsGivenUpInsteadOfRepeatedForever() throws InterruptedException {
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    var reconciler = reconciler(new DeafEngine(world.engine, false));
    var release = Shop.release("w2", "a1");
    world.environments.want(
        one.id(), wanted -> wanted.withRelease(release, Power.ON, world.clock.instant()));
    var claim = world.claim().orElseThrow();
    assertThat(reconciler.run(claim).call()).isInstanceOf(Next.Again.class);
    assertThat(world.phase(one)).isEqualTo(Phase.FAILING);
  }
}
