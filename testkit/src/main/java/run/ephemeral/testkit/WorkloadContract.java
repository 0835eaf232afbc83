package run.ephemeral.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Digest;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.engine.Workload;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Contract tests for every [Engine] that runs services as workloads of a cluster, and for the
/// `Artifacts` that know their images.
public interface WorkloadContract extends EngineContract {
  ComponentName WEB = new ComponentName("web");

  /// A component whose image was pushed, and that becomes ready.
  Component.Deployable component(ComponentName name, int restarts);

  /// The image of an order of [#component].
  Artifact.Image image(ArtifactOrder order);

  /// An order for an image that is not pushed yet.
  ArtifactOrder.Pulled late();

  /// Pushes the image of [#late].
  void push() throws Exception;

  private Step.Apply apply(int restarts) {
    var component = component(WEB, restarts);
    var images = new HashMap<Digest, Artifact.Image>();
    component.artifacts().forEach(order -> images.put(order.key(), image(order)));
    var digests = component.artifacts().stream().map(order -> image(order).reference()).toList();
    return new Step.Apply(component, component.digest(digests), images, "test");
  }

  private static Step.AwaitReady await(Step.Apply apply) {
    return new Step.AwaitReady(WEB, apply.digest(), apply.deployable().probe(), "test");
  }

  private static Step.Scale scale(boolean up) {
    return new Step.Scale(WEB, up, "test");
  }

  @Override
  default Step.AtEngine begin() {
    return apply(0);
  }

  @Override
  default Step.AtEngine end() {
    return new Step.Prune(WEB, "test");
  }

  @Override
  default void serve(EnvironmentKey environment) throws Exception {
    done(environment, apply(0));
    done(environment, await(apply(0)));
  }

  private Map<ComponentName, Workload> workloads(EnvironmentKey environment) {
    return ((Running.Workloads) observe(environment).running()).byComponent();
  }

  private Workload only(EnvironmentKey environment) {
    assertThat(workloads(environment)).containsOnlyKeys(WEB);
    return workloads(environment).values().iterator().next();
  }

  @Test
  default void aWorkloadIsAppliedReadyAsleepAwakeAndPruned() throws Exception {
    var environment = EngineContract.fresh();
    doneTwice(environment, apply(0));
    assertThat(only(environment).applied()).isEqualTo(apply(0).digest());
    assertThat(only(environment).asleep()).isFalse();

    doneTwice(environment, await(apply(0)));
    assertThat(only(environment).isReady()).isTrue();
    assertThat(only(environment).ready()).isPositive();

    doneTwice(environment, scale(false));
    assertThat(only(environment).asleep()).isTrue();
    assertThat(only(environment).ready()).isZero();

    done(environment, scale(true));
    doneTwice(environment, await(apply(0)));
    assertThat(only(environment).isReady()).isTrue();

    doneTwice(environment, end());
    assertThat(workloads(environment)).isEmpty();
  }

  @Test
  default void anotherVersionTakesThePlaceOfTheOneBefore() throws Exception {
    var environment = EngineContract.fresh();
    serve(environment);
    done(environment, apply(1));
    assertThat(only(environment).applied()).isEqualTo(apply(1).digest());
    doneTwice(environment, await(apply(1)));
    assertThat(only(environment).isReady()).isTrue();
    assertThat(only(environment).older()).isZero();
  }

  @Test
  default void whatSleepsIsAwakeOnceItIsAppliedAgain() throws Exception {
    var environment = EngineContract.fresh();
    serve(environment);
    done(environment, scale(false));
    doneTwice(environment, apply(0));
    doneTwice(environment, await(apply(0)));
    assertThat(only(environment).isReady()).isTrue();
  }

  @Test
  default void whatIsNotThereIsNeitherAwaitedNorScaled() throws Exception {
    var environment = EngineContract.fresh();
    assertThat(perform(environment, await(apply(0)))).isInstanceOf(Outcome.Failed.class);
    doneTwice(environment, scale(false));
    doneTwice(environment, scale(true));
    assertThat(workloads(environment)).isEmpty();
  }

  @Test
  default void anImageIsThereOnceItIsPushedAndWasLookedFor() throws Exception {
    var order = late();
    var resolve = new Step.Resolve(WEB, order, "test");
    var environment = EngineContract.fresh();
    assertThat(artifacts().perform(environment, resolve, new Fence(1, 1)))
        .isEqualTo(new Outcome.NotYet());
    push();
    assertThat(artifacts().known(Set.of(order))).isEmpty();
    assertThat(artifacts().perform(environment, resolve, new Fence(1, 1)))
        .isInstanceOf(Outcome.Done.class);
    assertThat(artifacts().known(Set.of(order))).containsOnlyKeys(order.key());
  }
}
