package run.ephemeral.testkit;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.engine.Workload;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Step;

/// The fake workloads of one environment, with one pod each. A workload that is awaited becomes
/// ready at once.
final class FakeWorkloads {
  private final Map<ComponentName, Workload> workloads = new HashMap<>();

  Running running() {
    return new Running.Workloads(workloads);
  }

  long count() {
    return workloads.values().stream().filter(workload -> !workload.asleep()).count();
  }

  void clear() {
    workloads.clear();
  }

  void crash(ComponentName component, String why) {
    workloads.computeIfPresent(
        component, (_, known) -> new Workload(known.applied(), false, 1, 0, 0, Optional.of(why)));
  }

  void recover(ComponentName component) {
    workloads.computeIfPresent(component, (_, known) -> ready(known.applied()));
  }

  /// @return why the step fails; empty when it is done
  Optional<Fault> apply(Step.OfWorkload step) {
    switch (step) {
      case Step.Apply apply ->
          workloads.merge(
              apply.deployable().name(),
              fresh(apply.digest(), 0),
              (known, next) ->
                  known.applied().equals(next.applied()) && !known.asleep()
                      ? known
                      : fresh(next.applied(), known.ready()));
      case Step.AwaitReady await -> {
        var known = workloads.get(await.name());
        if (known == null || known.asleep() || !known.applied().equals(await.digest())) {
          return Optional.of(Fault.user("it is not there"));
        }
        workloads.put(await.name(), ready(known.applied()));
      }
      case Step.Scale scale ->
          workloads.computeIfPresent(
              scale.name(),
              (_, known) ->
                  known.asleep() == scale.up()
                      ? scale.up() ? fresh(known.applied(), 0) : asleep(known.applied())
                      : known);
      case Step.Prune prune -> workloads.remove(prune.name());
    }
    return Optional.empty();
  }

  private static Workload fresh(Digest applied, int older) {
    return new Workload(applied, false, 1, 0, older, Optional.empty());
  }

  private static Workload ready(Digest applied) {
    return new Workload(applied, false, 1, 1, 0, Optional.empty());
  }

  private static Workload asleep(Digest applied) {
    return new Workload(applied, true, 0, 0, 0, Optional.empty());
  }
}
