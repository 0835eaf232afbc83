package run.ephemeral.core.data;

import java.util.Map;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Port: a server that holds the databases of environments.
///
/// Has the same two verbs as an engine: observe, and perform one step. Every step may be repeated.
public interface DataServer extends Databases {
  /// The current state. Quick, and without side effects.
  Held observe(EnvironmentKey environment);

  /// Performs one step and waits until it ends. Steps of one environment may run in parallel.
  ///
  /// @param fence the step is refused with [Outcome.Stale] when a newer lease of the environment
  ///     was seen before
  /// @throws InterruptedException when the caller is interrupted; a partial effect is undone or
  ///     found by the next attempt
  Outcome perform(EnvironmentKey environment, Step.OfData step, Fence fence)
      throws InterruptedException;

  /// What the server holds of an environment.
  ///
  /// @param databases complete databases, with the key of the order that each was copied for
  /// @param traces every database, complete or not, and every role without a database
  record Held(Map<ComponentName, Digest> databases, Set<ComponentName> traces) {
    public static final Held NOTHING = new Held(Map.of(), Set.of());

    public Held {
      databases = Map.copyOf(databases);
      traces = Set.copyOf(traces);
    }
  }
}
