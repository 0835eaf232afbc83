package run.ephemeral.core.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;
import run.ephemeral.core.spec.ComponentName;

/// What an engine runs of an environment, in the terms of its kind.
public sealed interface Running {
  /// Of engine `process`: the planner looks after each.
  ///
  /// @param instances every process it started and did not stop, the oldest first
  /// @param closed services whose stable address was handed to others and does not listen
  record Processes(List<Instance> instances, Set<ComponentName> closed) implements Running {
    public Processes {
      instances = List.copyOf(instances);
      closed = Set.copyOf(closed);
    }
  }

  /// Of a cluster, which looks after each.
  record Workloads(Map<ComponentName, Workload> byComponent) implements Running {
    public Workloads {
      byComponent = Map.copyOf(byComponent);
    }
  }

  default boolean isNothing() {
    return switch (this) {
      case Processes(var instances, var closed) -> instances.isEmpty() && closed.isEmpty();
      case Workloads(var workloads) -> workloads.isEmpty();
    };
  }
}
