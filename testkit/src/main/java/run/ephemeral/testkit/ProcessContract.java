package run.ephemeral.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.InstanceId;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Contract tests for every [Engine] that runs services as processes, and for the `Artifacts` that
/// make their folders.
public interface ProcessContract extends EngineContract {
  /// A service that runs until it is stopped.
  Component.Program service(String name);

  /// Makes a process answer from now on.
  void answer(Instance instance) throws Exception;

  /// Ends a process as if it had crashed.
  void crash(EnvironmentKey environment, Instance instance) throws Exception;

  @Override
  default Step.AtEngine begin() {
    return start(service("web"));
  }

  @Override
  default Step.AtEngine end() {
    return stop(service("web"));
  }

  @Override
  default void serve(EnvironmentKey environment) throws Exception {
    serving(environment, service("web"));
  }

  private List<Instance> instances(EnvironmentKey environment) {
    return ((Running.Processes) observe(environment).running()).instances();
  }

  private static Step.Build build(Component.Program program) {
    return new Step.Build(program.name(), program.source(), "test");
  }

  private void built(EnvironmentKey environment, Component.Program program)
      throws InterruptedException {
    assertThat(artifacts().perform(environment, build(program), new Fence(1, 1)))
        .isInstanceOf(Outcome.Done.class);
  }

  private static Step.Start start(Component.Program program) {
    var id = InstanceId.of(program.name(), program.digest(), 1);
    return new Step.Start(id, program, 1, 0, "test");
  }

  private static Step.Await await(Component.Program program) {
    return new Step.Await(program.name(), start(program).instance(), program.probe(), "test");
  }

  private static Step.Route route(Component.Program program) {
    return new Step.Route(program.name(), start(program).instance(), "test");
  }

  private static Step.Stop stop(Component.Program program) {
    return new Step.Stop(program.name(), start(program).instance(), "test");
  }

  private Instance only(EnvironmentKey environment) {
    assertThat(instances(environment)).hasSize(1);
    return instances(environment).getFirst();
  }

  private Instance started(EnvironmentKey environment, Component.Program program)
      throws InterruptedException {
    built(environment, program);
    done(environment, start(program));
    return only(environment);
  }

  private Instance serving(EnvironmentKey environment, Component.Program program) throws Exception {
    answer(started(environment, program));
    done(environment, await(program));
    done(environment, route(program));
    return only(environment);
  }

  @Test
  default void anArtifactIsThereOnceItIsBuilt() throws Exception {
    var program = service("web");
    built(EngineContract.fresh(), program);
    built(EngineContract.fresh(), program);
    assertThat(artifacts().known(Set.of(program.source())))
        .isEqualTo(Map.of(program.source().key(), new Artifact.Folder()));
    assertThat(artifacts().known(Set.of())).isEmpty();
  }

  @Test
  default void aProcessIsStartedHealthyRoutedAndStopped() throws Exception {
    var environment = EngineContract.fresh();
    var program = service("web");
    built(environment, program);

    doneTwice(environment, start(program));
    var instance = only(environment);
    assertThat(instance.id()).isEqualTo(start(program).instance());
    assertThat(instance.program()).isEqualTo(program.digest());
    assertThat(instance.state()).isInstanceOf(Instance.State.Starting.class);
    assertThat(instance.routed()).isFalse();

    answer(instance);
    doneTwice(environment, await(program));
    assertThat(only(environment).state()).isInstanceOf(Instance.State.Healthy.class);

    doneTwice(environment, route(program));
    assertThat(only(environment).routed()).isTrue();

    doneTwice(environment, stop(program));
    assertThat(instances(environment)).isEmpty();
  }

  @Test
  default void whatWasStoppedCanBeStartedAgainUnderTheSameName() throws Exception {
    var environment = EngineContract.fresh();
    var program = service("web");
    serving(environment, program);
    done(environment, stop(program));
    done(environment, start(program));
    assertThat(only(environment).state()).isInstanceOf(Instance.State.Starting.class);
    assertThat(only(environment).routed()).isFalse();
    done(environment, stop(program));
  }

  @Test
  default void whatIsNotThereCannotBeAwaitedOrRouted() throws Exception {
    var environment = EngineContract.fresh();
    var program = service("web");
    assertThat(perform(environment, await(program))).isInstanceOf(Outcome.Failed.class);
    assertThat(perform(environment, route(program))).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  default void aProcessThatEndsByItselfIsShownWithWhyAndGetsNoRequests() throws Exception {
    var environment = EngineContract.fresh();
    var program = service("web");
    var changed = new CopyOnWriteArrayList<EnvironmentId>();
    engine().onChange(changed::add);
    crash(environment, serving(environment, program));
    Eventually.eventually("the end is told", () -> changed.contains(environment.id()));

    assertThat(only(environment).routed()).isFalse();
    assertThat(only(environment).state())
        .isInstanceOfSatisfying(
            Instance.State.Ended.class,
            ended -> {
              assertThat(ended.why()).isNotBlank();
              assertThat(ended.healthyFor()).isPositive();
            });
    assertThat(perform(environment, route(program))).isInstanceOf(Outcome.Failed.class);
    assertThat(perform(environment, await(program))).isInstanceOf(Outcome.Failed.class);
    doneTwice(environment, stop(program));
    assertThat(instances(environment)).isEmpty();
  }
}
