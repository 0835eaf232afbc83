package run.ephemeral.engine.process.instance;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;

/// Compares the last observation of each environment with its present state in memory, and calls
/// the listener where they differ. Every change calls the listener itself; this catches a change
/// whose call was lost, such as a route that was taken back by a step that then failed.
public final class Drift {
  private final Instances instances;
  private final Addresses addresses;
  private final Consumer<EnvironmentId> changed;
  private final Map<EnvironmentId, Seen> last = new ConcurrentHashMap<>();

  public Drift(Instances instances, Addresses addresses, Consumer<EnvironmentId> changed) {
    this.instances = instances;
    this.addresses = addresses;
    this.changed = changed;
  }

  /// What can change without a step.
  public record Seen(
      EnvironmentKey environment, List<Instance> instances, Set<ComponentName> closed) {}

  /// @param lives whether anything of the environment is left that can change
  public Seen look(EnvironmentKey environment, boolean lives) {
    var seen = see(environment);
    if (lives) {
      last.put(environment.id(), seen);
    } else {
      last.remove(environment.id());
    }
    return seen;
  }

  private Seen see(EnvironmentKey environment) {
    return new Seen(environment, instances.of(environment), addresses.closed(environment));
  }

  /// Calls the listener for every environment that differs from its last observation.
  public void tell() {
    for (var seen : last.values()) {
      if (!see(seen.environment()).equals(seen)) {
        changed.accept(seen.environment().id());
      }
    }
  }
}
