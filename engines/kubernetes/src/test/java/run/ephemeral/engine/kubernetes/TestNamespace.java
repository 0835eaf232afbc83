package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.engine.Workload;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.TestBed;

/// An environment on the test bed, whose name no other run has.
record TestNamespace(TestEngine cluster, EnvironmentKey key) {
  private static final AtomicLong LAST = new AtomicLong();

  static TestNamespace of(TestEngine cluster) {
    var id = System.nanoTime() / 1000 * 1000 + LAST.incrementAndGet() % 1000;
    var name = new EnvironmentName("t-" + Long.toString(id, 36));
    return new TestNamespace(cluster, new EnvironmentKey(new EnvironmentId(id), name));
  }

  Step.Apply apply(Component.Container service, Artifact.Image image) throws InterruptedException {
    var step = TestEngine.apply(service, image);
    assertThat(cluster.perform(key, step)).isInstanceOf(Outcome.Done.class);
    return step;
  }

  /// Applies a service and waits until it is ready.
  Step.Apply serve(Component.Container service, Artifact.Image image) throws InterruptedException {
    var step = apply(service, image);
    assertThat(await(step)).isEmpty();
    return step;
  }

  /// @return what people read when it does not become ready in time
  Optional<String> await(Step.Apply step) throws InterruptedException {
    return switch (cluster.perform(key, TestEngine.await(step))) {
      case Outcome.Failed(var fault) -> Optional.of(fault.message());
      case Outcome.Done _ -> Optional.empty();
      case Outcome.NotYet _, Outcome.Stale _ -> throw new AssertionError(step);
    };
  }

  /// Waits again and again until people read this.
  void awaitSays(Step.Apply step, String sentence) {
    var last = new String[] {"nothing"};
    try {
      Eventually.eventually(
          sentence,
          () -> {
            try {
              last[0] = await(step).orElse("nothing");
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            return last[0].equals(sentence);
          });
    } catch (AssertionError e) {
      throw new AssertionError("it says: " + last[0], e);
    }
  }

  void scale(String service, boolean up) throws InterruptedException {
    assertThat(cluster.perform(key, TestEngine.scale(service, up)))
        .isInstanceOf(Outcome.Done.class);
  }

  Workload workload(String service) {
    var running = (Running.Workloads) cluster.engine.observe(key).running();
    return Optional.ofNullable(running.byComponent().get(new ComponentName(service))).orElseThrow();
  }

  /// Waits until people read this about a service.
  ///
  /// @param sentence a regular expression
  void says(String service, String sentence) {
    var last = new String[] {"nothing"};
    try {
      Eventually.eventually(
          service + " says " + sentence,
          () -> {
            last[0] = workload(service).trouble().orElse("nothing");
            return last[0].matches(sentence);
          });
    } catch (AssertionError e) {
      throw new AssertionError(service + " says: " + last[0], e);
    }
  }

  String kubectl(String... arguments) {
    var all = new String[arguments.length + 2];
    all[0] = "-n";
    all[1] = key.name().value();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return TestBed.kubectl(all).strip();
  }
}
