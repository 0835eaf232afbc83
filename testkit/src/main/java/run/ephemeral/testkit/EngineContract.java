package run.ephemeral.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.release.TestOrder;
import run.ephemeral.core.release.Unit;
import run.ephemeral.core.step.InstanceId;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// What every [Engine] keeps, fake or real. A test class implements it and says how to make an
/// engine and what to run on it.
public interface EngineContract {
  AtomicLong LAST_ID = new AtomicLong();

  /// One engine for a whole test.
  Engine engine();

  /// A service that runs until it is stopped.
  Unit service(String name);

  /// A test that passes.
  TestOrder test(String name);

  /// Lets a process answer from now on.
  void answer(Instance instance) throws Exception;

  /// Ends a process as if it had crashed.
  void crash(EnvironmentKey environment, Instance instance) throws Exception;

  /// An environment that no other test uses.
  static EnvironmentKey fresh() {
    var id = LAST_ID.incrementAndGet();
    return new EnvironmentKey(new EnvironmentId(id), new EnvironmentName("contract-" + id));
  }

  private Outcome perform(EnvironmentKey environment, Step.AtEngine step)
      throws InterruptedException {
    return engine().perform(environment, step, 1);
  }

  private void done(EnvironmentKey environment, Step.AtEngine step) throws InterruptedException {
    assertThat(perform(environment, step)).isInstanceOf(Outcome.Done.class);
  }

  /// Does it twice: the second time changes nothing.
  private void doneTwice(EnvironmentKey environment, Step.AtEngine step)
      throws InterruptedException {
    done(environment, step);
    var seen = observe(environment);
    done(environment, step);
    assertThat(observe(environment)).isEqualTo(seen);
  }

  private Engine.Held observe(EnvironmentKey environment) {
    return engine().observe(environment, Set.of());
  }

  private static Step.Build build(Unit unit) {
    return new Step.Build(unit.service(), unit.build(), "test");
  }

  private static Step.Start start(Unit unit) {
    var id = InstanceId.of(unit.service(), unit.digest(), 1);
    return new Step.Start(id, unit, 1, 0, "test");
  }

  private static Step.Await await(Unit unit) {
    var within = unit.readyWithin();
    return new Step.Await(unit.service(), start(unit).instance(), unit.health(), within, "test");
  }

  private static Step.Route route(Unit unit) {
    return new Step.Route(unit.service(), start(unit).instance(), "test");
  }

  private static Step.Stop stop(Unit unit) {
    return new Step.Stop(unit.service(), start(unit).instance(), "test");
  }

  private Instance only(EnvironmentKey environment) {
    assertThat(observe(environment).instances()).hasSize(1);
    return observe(environment).instances().getFirst();
  }

  private Instance started(EnvironmentKey environment, Unit unit) throws InterruptedException {
    done(environment, build(unit));
    done(environment, start(unit));
    return only(environment);
  }

  private Instance serving(EnvironmentKey environment, Unit unit) throws Exception {
    answer(started(environment, unit));
    done(environment, await(unit));
    done(environment, route(unit));
    return only(environment);
  }

  @Test
  default void anEnvironmentThatNobodyMadeHasNothing() {
    assertThat(observe(fresh())).isEqualTo(Engine.Held.NOTHING);
  }

  @Test
  default void anArtifactIsThereOnceItIsBuilt() throws Exception {
    var unit = service("web");
    doneTwice(fresh(), build(unit));
    var key = unit.build().key();
    assertThat(engine().observe(fresh(), Set.of(key)).artifacts()).containsExactly(key);
  }

  @Test
  default void aProcessIsStartedHealthyRoutedAndStopped() throws Exception {
    var environment = fresh();
    var unit = service("web");
    done(environment, build(unit));

    doneTwice(environment, start(unit));
    var instance = only(environment);
    assertThat(instance.id()).isEqualTo(start(unit).instance());
    assertThat(instance.unit()).isEqualTo(unit.digest());
    assertThat(instance.state()).isInstanceOf(Instance.State.Starting.class);
    assertThat(instance.routed()).isFalse();

    answer(instance);
    doneTwice(environment, await(unit));
    assertThat(only(environment).state()).isInstanceOf(Instance.State.Healthy.class);

    doneTwice(environment, route(unit));
    assertThat(only(environment).routed()).isTrue();

    doneTwice(environment, stop(unit));
    assertThat(observe(environment).instances()).isEmpty();
  }

  @Test
  default void whatWasStoppedCanBeStartedAgainUnderTheSameName() throws Exception {
    var environment = fresh();
    var unit = service("web");
    serving(environment, unit);
    done(environment, stop(unit));
    done(environment, start(unit));
    assertThat(only(environment).state()).isInstanceOf(Instance.State.Starting.class);
    assertThat(only(environment).routed()).isFalse();
    done(environment, stop(unit));
  }

  @Test
  default void stoppingWhatIsNotThereIsDoneAndLeavesNothing() throws Exception {
    var environment = fresh();
    doneTwice(environment, stop(service("web")));
    assertThat(observe(environment)).isEqualTo(Engine.Held.NOTHING);
  }

  @Test
  default void whatIsNotThereCannotBeAwaitedOrRouted() throws Exception {
    var environment = fresh();
    var unit = service("web");
    assertThat(perform(environment, await(unit))).isInstanceOf(Outcome.Failed.class);
    assertThat(perform(environment, route(unit))).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  default void aProcessThatEndsByItselfIsShownWithWhyAndGetsNoRequests() throws Exception {
    var environment = fresh();
    var unit = service("web");
    var changed = new CopyOnWriteArrayList<EnvironmentId>();
    engine().onChange(changed::add);
    crash(environment, serving(environment, unit));
    Eventually.eventually("the end is told", () -> changed.contains(environment.id()));

    assertThat(only(environment).routed()).isFalse();
    assertThat(only(environment).state())
        .isInstanceOfSatisfying(
            Instance.State.Ended.class,
            ended -> {
              assertThat(ended.why()).isNotBlank();
              assertThat(ended.healthyFor()).isPositive();
            });
    assertThat(perform(environment, route(unit))).isInstanceOf(Outcome.Failed.class);
    assertThat(perform(environment, await(unit))).isInstanceOf(Outcome.Failed.class);
    doneTwice(environment, stop(unit));
    assertThat(observe(environment).instances()).isEmpty();
  }

  @Test
  default void aTestLeavesItsNewestResult() throws Exception {
    var environment = fresh();
    var order = test("smoke");
    done(environment, new Step.Build(order.test(), order.source(), "test"));
    done(environment, new Step.Test(order, "test"));
    done(environment, new Step.Test(order, "test"));
    var results = observe(environment).tests();
    assertThat(results).hasSize(1);
    assertThat(results.getFirst().passed()).isTrue();
    assertThat(results.getFirst().key()).isEqualTo(order.key());
  }

  @Test
  default void aStepUnderAnOldLeaseIsRefusedAndHasNoEffect() throws Exception {
    var environment = fresh();
    var unit = service("web");
    done(environment, build(unit));
    assertThat(engine().perform(environment, stop(unit), 7)).isInstanceOf(Outcome.Done.class);
    assertThat(engine().perform(environment, start(unit), 6)).isInstanceOf(Outcome.Stale.class);
    assertThat(observe(environment)).isEqualTo(Engine.Held.NOTHING);
    assertThat(engine().perform(environment, stop(unit), 7)).isInstanceOf(Outcome.Done.class);
    assertThat(engine().perform(fresh(), stop(unit), 1)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  default void eraseLeavesNothing() throws Exception {
    var environment = fresh();
    var neighbour = fresh();
    var erase = new Step.Erase("test");
    for (var place : List.of(environment, neighbour)) {
      serving(place, service("web"));
      assertThat(observe(place).traces()).isTrue();
    }
    var untouched = observe(neighbour);
    doneTwice(environment, erase);
    assertThat(observe(environment)).isEqualTo(Engine.Held.NOTHING);
    assertThat(observe(neighbour)).isEqualTo(untouched);
    done(neighbour, erase);
  }

  @Test
  default void eraseOfWhatNeverWasIsDone() throws Exception {
    doneTwice(fresh(), new Step.Erase("test"));
  }
}
