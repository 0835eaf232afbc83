package run.ephemeral.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Contract tests for every [DataServer], fake or real.
public interface DataServerContract {
  ComponentName DB = new ComponentName("db");

  /// The same server during a test.
  DataServer data();

  Component.Database database(ComponentName name);

  private Outcome perform(EnvironmentKey environment, Step.OfData step, Fence fence)
      throws InterruptedException {
    return data().perform(environment, step, fence);
  }

  private void done(EnvironmentKey environment, Step.OfData step) throws InterruptedException {
    assertThat(perform(environment, step, new Fence(1, 1))).isInstanceOf(Outcome.Done.class);
  }

  /// Performs the step twice: the second time must change nothing.
  private void doneTwice(EnvironmentKey environment, Step.OfData step) throws InterruptedException {
    done(environment, step);
    var seen = data().observe(environment);
    done(environment, step);
    assertThat(data().observe(environment)).isEqualTo(seen);
  }

  private Step.Copy copy() {
    return new Step.Copy(database(DB), "test");
  }

  @Test
  default void anEnvironmentThatNobodyMadeHasNoDatabase() {
    var environment = EngineContract.fresh();
    assertThat(data().observe(environment)).isEqualTo(DataServer.Held.NOTHING);
    assertThat(data().of(environment)).isEmpty();
  }

  @Test
  default void aDatabaseIsCopiedReachedAndDropped() throws Exception {
    var environment = EngineContract.fresh();
    doneTwice(environment, copy());
    var seen = data().observe(environment);
    assertThat(seen.databases()).isEqualTo(Map.of(DB, database(DB).key()));
    assertThat(seen.traces()).containsExactly(DB);
    assertThat(data().of(environment)).containsOnlyKeys(DB);
    assertThat(data().of(environment)).isEqualTo(data().of(environment));

    var neighbour = EngineContract.fresh();
    done(neighbour, copy());
    assertThat(data().of(neighbour).get(DB)).isNotEqualTo(data().of(environment).get(DB));
    done(neighbour, new Step.Erase("test"));

    doneTwice(environment, new Step.Drop(DB, "test"));
    assertThat(data().observe(environment)).isEqualTo(DataServer.Held.NOTHING);
  }

  @Test
  default void aDatabaseStepUnderAnOldLeaseIsRefusedAndHasNoEffect() throws Exception {
    var environment = EngineContract.fresh();
    var drop = new Step.Drop(DB, "test");
    assertThat(perform(environment, drop, new Fence(7, 1))).isInstanceOf(Outcome.Done.class);
    assertThat(perform(environment, copy(), new Fence(6, 1))).isInstanceOf(Outcome.Stale.class);
    assertThat(data().observe(environment)).isEqualTo(DataServer.Held.NOTHING);
    assertThat(perform(environment, drop, new Fence(7, 1))).isInstanceOf(Outcome.Done.class);
    assertThat(perform(EngineContract.fresh(), drop, new Fence(1, 1)))
        .isInstanceOf(Outcome.Done.class);
  }

  @Test
  default void eraseLeavesNoDatabaseOfTheEnvironmentAndThoseOfOthers() throws Exception {
    var environment = EngineContract.fresh();
    var neighbour = EngineContract.fresh();
    done(environment, copy());
    done(neighbour, copy());
    doneTwice(environment, new Step.Erase("test"));
    assertThat(data().observe(environment)).isEqualTo(DataServer.Held.NOTHING);
    assertThat(data().of(neighbour)).containsOnlyKeys(DB);
    done(neighbour, new Step.Erase("test"));
  }
}
