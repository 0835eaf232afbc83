package run.ephemeral.testkit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import run.ephemeral.core.Fault;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.InstanceId;
import run.ephemeral.core.step.Step;

/// The fake processes of one environment. A process that is awaited becomes healthy at once.
final class FakeProcesses {
  private final InstantSource clock;
  private final List<Instance> instances = new ArrayList<>();
  private final Set<ComponentName> closed = new HashSet<>();

  FakeProcesses(InstantSource clock) {
    this.clock = clock;
  }

  Running running() {
    return new Running.Processes(instances, closed);
  }

  int count() {
    return instances.size();
  }

  void clear() {
    instances.clear();
    closed.clear();
  }

  void close(ComponentName service) {
    closed.add(service);
  }

  void crash(ComponentName service, String why) {
    each(
        service,
        instance -> {
          var served = instance.state() instanceof Instance.State.Healthy;
          var healthyFor = served ? Duration.ofMillis(1) : Duration.ZERO;
          var ended = new Instance.State.Ended(why, clock.instant(), healthyFor);
          return with(instance, false, ended);
        });
  }

  /// @return why the step fails; empty when it is done
  Optional<Fault> apply(Step.OfProcess step) {
    switch (step) {
      case Step.Start start -> {
        if (find(start.instance()).isEmpty()) {
          instances.add(instance(start));
        }
      }
      case Step.Await await -> {
        return unlessRunning(await.instance(), () -> becomeHealthy(await.instance()));
      }
      case Step.Route route -> {
        return unlessRunning(
            route.instance(),
            () ->
                each(
                    route.service(),
                    known -> with(known, known.id().equals(route.instance()), known.state())));
      }
      case Step.Open open -> closed.remove(open.service());
      case Step.Stop stop -> instances.removeIf(known -> known.id().equals(stop.instance()));
    }
    return Optional.empty();
  }

  /// A process that does not exist or has ended can be neither awaited nor routed.
  private Optional<Fault> unlessRunning(InstanceId id, Runnable effect) {
    var found = find(id);
    if (found.isEmpty()) {
      return Optional.of(Fault.user("it is not there"));
    }
    if (found.get().state() instanceof Instance.State.Ended ended) {
      return Optional.of(Fault.user(ended.why()));
    }
    effect.run();
    return Optional.empty();
  }

  private Instance instance(Step.Start start) {
    return new Instance(
        start.instance(),
        start.program().name(),
        start.program().digest(),
        start.attempt(),
        start.failures(),
        1,
        1,
        clock.instant(),
        false,
        new Instance.State.Starting());
  }

  private Optional<Instance> find(InstanceId id) {
    return instances.stream().filter(known -> known.id().equals(id)).findFirst();
  }

  private void becomeHealthy(InstanceId id) {
    instances.replaceAll(
        known ->
            known.id().equals(id) && known.state() instanceof Instance.State.Starting
                ? with(known, known.routed(), new Instance.State.Healthy(clock.instant()))
                : known);
  }

  private void each(ComponentName service, UnaryOperator<Instance> change) {
    instances.replaceAll(known -> known.service().equals(service) ? change.apply(known) : known);
  }

  private static Instance with(Instance old, boolean routed, Instance.State state) {
    return new Instance(
        old.id(),
        old.service(),
        old.program(),
        old.attempt(),
        old.failures(),
        old.pid(),
        old.port(),
        old.startedAt(),
        routed,
        state);
  }
}
