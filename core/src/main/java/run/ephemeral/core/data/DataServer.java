package run.ephemeral.core.data;

import java.util.Map;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Port: a server on which environments have their databases.
///
/// Two verbs, as those of an engine: look, and do one thing. Every step may be done again.
public interface DataServer extends Databases {
  /// What there is now. Quick, and without effect.
  Held observe(EnvironmentKey environment);

  /// Does one step and waits for its end. Steps of one environment may come side by side.
  ///
  /// @param fence a step whose lease is lower than one that was seen before for the environment is
  ///     refused with [Outcome.Stale]
  /// @throws InterruptedException when the caller no longer wants it; what was begun is undone or
  ///     is found by the next try
  Outcome perform(EnvironmentKey environment, Step.OfData step, Fence fence)
      throws InterruptedException;

  /// What it holds of an environment.
  ///
  /// @param databases those that are there, whole, with the key of the order each was copied for
  /// @param traces every database, whole or not, and every role without one
  record Held(Map<ComponentName, Digest> databases, Set<ComponentName> traces) {
    public static final Held NOTHING = new Held(Map.of(), Set.of());

    public Held {
      databases = Map.copyOf(databases);
      traces = Set.copyOf(traces);
    }
  }
}
