package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import run.ephemeral.core.Fault;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Eventually;

/// Reconciliations, on an engine of each kind.
@ParameterizedClass
@EnumSource
class ReconcilerTest {
  private final EngineKind kind;
  private World world;

  ReconcilerTest(EngineKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() {
    world = new World(kind);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private String reason(Environment environment) {
    var now = world.environments.find(environment.id()).orElseThrow();
    return Sentences.ENGLISH.of(world.reconciler.judge(now).cause());
  }

  @Test
  void anEnvironmentComesUpAndIsThenLeftAlone() throws InterruptedException {
    var one = world.create(1, Shop.release("w1", "a1"));
    assertThat(world.settle()).isInstanceOf(Next.Again.class);
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
    assertThat(world.engine.running()).isEqualTo(2);
    assertThat(world.phases).endsWith(Phase.READY).contains(Phase.BUILDING);
    assertThat(world.environments.find(one.id()).orElseThrow().settled()).isTrue();
    assertThat(world.environments.find(one.id()).orElseThrow().readyAt()).isPresent();

    var done = world.engine.performed().size();
    world.environments.wake(one.id(), ClusterName.LOCAL);
    world.settle();
    assertThat(world.engine.performed()).hasSize(done);
    assertThat(world.claim()).isEmpty();
  }

  @Test
  void aPushReplacesOneServiceAndKeepsTheRest() throws InterruptedException {
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    var before = world.engine.performed().size();
    push(one, "w2");
    world.settle();
    var since = world.engine.performed().subList(before, world.engine.performed().size());
    assertThat(since.stream().filter(step -> !step.contains(" resolve ")).toList())
        .allMatch(step -> step.contains(" web"))
        .hasSize(kind == EngineKind.PROCESS ? 5 : 2);
    assertThat(world.engine.running()).isEqualTo(2);
  }

  private void push(run.ephemeral.core.environment.Environment environment, String webTree) {
    var release = Shop.release(webTree, "a1");
    Shop.push(world.engine, release);
    world.environments.want(
        environment.id(), wanted -> wanted.withRelease(release, Power.ON, world.clock.instant()));
  }

  @Test
  void aPushDuringABuildEndsTheBuildThatNobodyWantsAnyMore() throws Exception {
    var begun = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    world.engine.failWith(
        step -> {
          if (Shop.makesWeb(step, "w1")) {
            begun.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              interrupted.countDown();
              return Optional.of(Fault.user("interrupted"));
            }
          }
          return Optional.empty();
        });
    var one = world.create(1, Shop.release("w1", "a1"));
    var worker = world.worker("me");
    begun.await();
    push(one, "w2");
    worker.ring("");
    interrupted.await();
    world.awaitPhase(one, Phase.READY);
    assertThat(world.engine.performed()).noneMatch(step -> step.contains("w1"));
  }

  @Test
  void whatSleepsHasNoProcessesAndWakesWithoutBuilding() throws InterruptedException {
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    world.environments.want(one.id(), Wanted::asleep);
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.ASLEEP);
    assertThat(world.engine.running()).isZero();
    var before = world.engine.performed().size();
    world.environments.want(one.id(), wanted -> wanted.awake(world.clock.instant()));
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
    assertThat(world.engine.performed().subList(before, world.engine.performed().size()))
        .noneMatch(step -> step.matches(".* (build|resolve|copy|apply) .*"));
  }

  @Test
  void anIdleEnvironmentFallsAsleepByItself() throws InterruptedException {
    var idle = Optional.of(Duration.ofMinutes(30));
    var one = world.create(1, Shop.release("w1", "a1", idle));
    world.settle();
    world.pass(Duration.ofMinutes(29));
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
    world.pass(Duration.ofMinutes(2));
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.ASLEEP);
    assertThat(world.diary(one)).contains("goes to sleep: nobody used it for 30 min");
  }

  @Test
  void anExpiredEnvironmentIsRemovedAndNothingIsLeft() throws InterruptedException {
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    world.pass(Duration.ofDays(4));
    world.settle();
    assertThat(world.environments.find(one.id())).isEmpty();
    assertThat(world.engine.running()).isZero();
    assertThat(world.engine.performed()).last().asString().endsWith("erase");
    assertThat(world.phases).last().isEqualTo(Phase.GONE);
  }

  @Test
  void aCrashIsMendedAndTold() throws InterruptedException {
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    world.engine.crash(one.id(), Shop.API, "was killed after 3 s");
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
    if (kind == EngineKind.PROCESS) {
      assertThat(world.diary(one)).contains("starts: it was killed after 3 s");
    }
  }

  @Test
  void aFailedBuildIsToldOnceAndNotTriedAgainUntilItsInputsChange() throws InterruptedException {
    var tries = new AtomicInteger();
    world.engine.failWith(
        step -> {
          if (Shop.makesWeb(step, "w1")) {
            tries.incrementAndGet();
            return Optional.of(Fault.user("build exited 1 after 0.1 s: cannot find symbol"));
          }
          return Optional.empty();
        });
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    world.pass(Duration.ofHours(1));
    world.engine.blind(Fault.external("what runs of it cannot be read", new Throwable()));
    world.settle();
    world.engine.blind(null);
    world.pass(Duration.ofHours(1));
    world.settle();
    assertThat(tries).hasValue(1);
    assertThat(world.phase(one)).isEqualTo(Phase.FAILING);
    assertThat(world.environments.find(one.id()).orElseThrow().settled()).isTrue();
    push(one, "w2");
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
    assertThat(world.environments.find(one.id()).orElseThrow().attempts().byStep()).isEmpty();
  }

  @Test
  void whatSomebodyAsksForAgainIsTriedAgain() throws InterruptedException {
    var broken = new AtomicBoolean(true);
    world.engine.failWith(
        step ->
            step instanceof Step.OfArtifact && broken.get()
                ? Optional.of(Fault.user("build exited 1 after 0.1 s: no network"))
                : Optional.empty());
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.FAILING);
    broken.set(false);
    world.environments.want(one.id(), Wanted::retried);
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
  }

  @Test
  void aTryThatSomebodyAskedForIsNotLostToAFailureThatEndsJustThen() throws InterruptedException {
    var one = world.create(1, Shop.release("w1", "a1"));
    var first = new AtomicBoolean(true);
    world.engine.failWith(
        step -> {
          if (step instanceof Step.OfArtifact && first.getAndSet(false)) {
            world.environments.want(one.id(), Wanted::retried);
            return Optional.of(Fault.user("build exited 1 after 0.1 s: no network"));
          }
          return Optional.empty();
        });
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
  }

  @Test
  void whenTheStoreIsAwayForAWhileABuildGoesOnAndItsResultIsKept() throws Exception {
    var begun = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var builds = new AtomicInteger();
    world.engine.failWith(
        step -> {
          if (Shop.makesWeb(step, "w1")) {
            builds.incrementAndGet();
            begun.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              return Optional.of(Fault.user("interrupted"));
            }
            return Optional.of(Fault.user("build exited 1 after 0.1 s: cannot find symbol"));
          }
          return Optional.empty();
        });
    var one = world.create(1, Shop.release("w1", "a1"));
    var worker = world.worker("me");
    begun.await();
    Eventually.eventually("the other service is there", () -> world.engine.running() == 1);
    world.away.set(true);
    worker.ring("");
    Eventually.eventually("the store is missed", () -> world.failures.get() > 3);
    goOn.countDown();
    Eventually.eventually("the result waits", () -> world.failures.get() > 6);
    world.away.set(false);
    world.awaitPhase(one, Phase.FAILING);
    assertThat(builds).hasValue(1);
    Eventually.eventually(
        "it is told once",
        () -> world.diary(one).stream().filter(l -> l.startsWith("build exited")).count() == 1);
  }

  @Test
  void whatCannotBeObservedIsToldWithWhenItIsTriedAgainAndIsLeftAlone()
      throws InterruptedException {
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    world.engine.blind(Fault.external("what runs of it cannot be read", new Throwable()));
    world.pass(Duration.ofSeconds(1));
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.FAILING);
    assertThat(reason(one)).startsWith("what runs of it cannot be read; it is tried again at ");
    assertThat(world.engine.running()).isEqualTo(2);
    world.engine.blind(null);
    world.pass(Duration.ofMinutes(1));
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
  }

  @Test
  void aLookThatFailsEndsNoBuildThatIsUnderWay() throws Exception {
    var begun = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var interrupted = new AtomicBoolean();
    world.engine.failWith(
        step -> {
          if (Shop.makesWeb(step, "w1")) {
            begun.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              interrupted.set(true);
            }
          }
          return Optional.empty();
        });
    var one = world.create(1, Shop.release("w1", "a1"));
    var worker = world.worker("me");
    begun.await();
    Eventually.eventually("the other service is there", () -> world.engine.running() == 1);
    world.engine.blind(Fault.external("what runs of it cannot be read", new Throwable()));
    worker.ring("");
    world.awaitPhase(one, Phase.FAILING);
    world.engine.blind(null);
    goOn.countDown();
    worker.ring("");
    world.awaitPhase(one, Phase.READY);
    assertThat(interrupted).isFalse();
  }

  @Test
  void anAddressThatGotLostIsOpenedAgain() throws InterruptedException {
    assumeThat(kind).isEqualTo(EngineKind.PROCESS);
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    world.engine.close(one.id(), Shop.API);
    world.settle();
    assertThat(world.engine.performed()).last().asString().endsWith("open api");
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
  }

  @Test
  void afterTheMachineWasOffNothingIsRemovedForADay() throws InterruptedException {
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    world.attendedSince.set(world.clock.instant().plus(Duration.ofDays(30)));
    world.pass(Duration.ofDays(30));
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
    world.pass(Duration.ofHours(25));
    world.settle();
    assertThat(world.environments.find(one.id())).isEmpty();
  }

  @Test
  void aRemovalIsNeverGivenUp() throws InterruptedException {
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    var stuck = new AtomicBoolean(true);
    world.engine.failWith(
        step ->
            step instanceof Step.Erase && stuck.get()
                ? Optional.of(Fault.user("a folder cannot be deleted"))
                : Optional.empty());
    world.environments.want(one.id(), wanted -> wanted.removed("nobody wants it"));
    for (int i = 0; i < 12; i++) {
      world.settle();
      world.pass(Duration.ofMinutes(3));
    }
    assertThat(world.environments.find(one.id())).isPresent();
    assertThat(reason(one)).contains("a folder cannot be deleted");
    stuck.set(false);
    world.pass(Duration.ofMinutes(3));
    world.settle();
    assertThat(world.environments.find(one.id())).isEmpty();
  }

  @Test
  void whatFailsOutsideIsTriedAgainWhenItsTimeComes() throws InterruptedException {
    var tries = new AtomicInteger();
    world.engine.failWith(
        step ->
            step instanceof Step.Copy && tries.incrementAndGet() < 3
                ? Optional.of(Fault.external("PostgreSQL is away", new IllegalStateException()))
                : Optional.empty());
    var one = world.create(1, Shop.release("w1", "a1"));
    for (int i = 0; i < 5 && world.phase(one) != Phase.READY; i++) {
      world.settle();
      world.pass(Duration.ofMinutes(3));
    }
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
    assertThat(tries).hasValue(3);
  }
}
