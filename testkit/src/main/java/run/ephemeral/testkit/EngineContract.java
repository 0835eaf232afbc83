package run.ephemeral.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Digest;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Contract tests for every [Engine] of either kind, fake or real. A test class implements the
/// contract of its kind, which asks for an engine and for what to run on it.
public interface EngineContract {
  AtomicLong LAST_ID = new AtomicLong();

  /// The same engine during a test.
  Engine engine();

  /// Provides the artifact that a test component runs in, see [#test].
  Artifacts artifacts();

  /// A step that starts something in an environment.
  Step.AtEngine begin();

  /// A step that ends what [#begin] started.
  Step.AtEngine end();

  /// Runs something and makes it ready.
  void serve(EnvironmentKey environment) throws Exception;

  /// A test component that passes.
  Component.Test test(String name);

  /// An environment that no other test uses.
  static EnvironmentKey fresh() {
    var id = LAST_ID.incrementAndGet();
    return new EnvironmentKey(new EnvironmentId(id), new EnvironmentName("contract-" + id));
  }

  default Outcome perform(EnvironmentKey environment, Step.AtEngine step)
      throws InterruptedException {
    return engine().perform(environment, step, new Fence(1, 1));
  }

  default void done(EnvironmentKey environment, Step.AtEngine step) throws InterruptedException {
    assertThat(perform(environment, step)).isInstanceOf(Outcome.Done.class);
  }

  /// Performs the step twice: the second time must change nothing.
  default void doneTwice(EnvironmentKey environment, Step.AtEngine step)
      throws InterruptedException {
    done(environment, step);
    var seen = observe(environment);
    done(environment, step);
    assertThat(observe(environment)).isEqualTo(seen);
  }

  private Engine.Held nothing() {
    return switch (engine().kind()) {
      case PROCESS -> Engine.Held.NOTHING;
      case KUBERNETES -> new Engine.Held(new Running.Workloads(Map.of()), List.of(), false);
    };
  }

  default Engine.Held observe(EnvironmentKey environment) {
    return engine().observe(environment);
  }

  @Test
  default void anEnvironmentThatNobodyMadeHasNothing() {
    assertThat(observe(fresh())).isEqualTo(nothing());
  }

  @Test
  default void aTestLeavesItsNewestResult() throws Exception {
    var environment = fresh();
    var test = test("smoke");
    var made =
        switch (test.source()) {
          case ArtifactOrder.Built built -> new Step.Build(test.name(), built, "test");
          case ArtifactOrder.Pulled pulled -> new Step.Resolve(test.name(), pulled, "test");
        };
    assertThat(artifacts().perform(environment, made, new Fence(1, 1)))
        .isInstanceOf(Outcome.Done.class);
    done(environment, new Step.Test(test, Digest.of("an older release"), "test"));
    done(environment, new Step.Test(test, Digest.of("this release"), "test"));
    var results = observe(environment).tests();
    assertThat(results).hasSize(1);
    assertThat(results.getFirst().passed()).isTrue();
    assertThat(results.getFirst().key()).isEqualTo(Digest.of("this release"));
  }

  @Test
  default void aStepUnderAnOldLeaseIsRefusedAndHasNoEffect() throws Exception {
    var environment = fresh();
    assertThat(engine().perform(environment, end(), new Fence(7, 1)))
        .isInstanceOf(Outcome.Done.class);
    assertThat(engine().perform(environment, begin(), new Fence(6, 1)))
        .isInstanceOf(Outcome.Stale.class);
    assertThat(observe(environment)).isEqualTo(nothing());
    assertThat(engine().perform(environment, end(), new Fence(7, 1)))
        .isInstanceOf(Outcome.Done.class);
    assertThat(engine().perform(fresh(), end(), new Fence(1, 1))).isInstanceOf(Outcome.Done.class);
  }

  @Test
  default void eraseLeavesNothing() throws Exception {
    var environment = fresh();
    var neighbour = fresh();
    var erase = new Step.Erase("test");
    for (var place : List.of(environment, neighbour)) {
      serve(place);
      assertThat(observe(place).traces()).isTrue();
    }
    var untouched = observe(neighbour);
    doneTwice(environment, erase);
    assertThat(observe(environment)).isEqualTo(nothing());
    assertThat(observe(neighbour)).isEqualTo(untouched);
    done(neighbour, erase);
  }

  @Test
  default void endingWhatIsNotThereIsDoneAndLeavesNothing() throws Exception {
    var environment = fresh();
    doneTwice(environment, end());
    assertThat(observe(environment)).isEqualTo(nothing());
  }

  @Test
  default void eraseOfWhatNeverWasIsDone() throws Exception {
    doneTwice(fresh(), new Step.Erase("test"));
  }
}
