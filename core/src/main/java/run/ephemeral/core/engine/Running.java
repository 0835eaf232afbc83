package run.ephemeral.core.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;
import run.ephemeral.core.spec.ComponentName;

/// What an engine runs for an environment, in the terms of its kind.
public sealed interface Running {
  /// Engine `process`: the planner restarts each process.
  ///
  /// @param instances every process that was started and not stopped by a step, the oldest first
  /// @param closed services whose stable address was given to others but does not listen
  record Processes(List<Instance> instances, Set<ComponentName> closed) implements Running {
    public Processes {
      instances = List.copyOf(instances);
      closed = Set.copyOf(closed);
    }
  }

  /// A cluster, which restarts pods itself.
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
