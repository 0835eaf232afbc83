package run.ephemeral.core.engine;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import run.ephemeral.core.Digest;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Port: where environments run.
///
/// Two verbs: look, and do one thing. Every [Step] is idempotent: done again after a crash at
/// any point it finds what the first left and ends in the same state. What is absent already
/// counts as removed.
public interface Engine {
  /// What there is now. Quick, and without effect.
  ///
  /// @param builds the artifacts to look for
  Held observe(EnvironmentKey environment, Set<Digest> builds);

  /// Does one step and waits for its end. Steps of one environment may come side by side.
  ///
  /// @param lease the token of the lease under which the caller works: a step with a lower one
  ///     than was seen before for the environment is refused with [Outcome.Stale]
  /// @throws InterruptedException when the caller no longer wants it; what was begun is undone
  ///     or is
  ///     found by the next try
  Outcome perform(EnvironmentKey environment, Step.AtEngine step, long lease)
      throws InterruptedException;

  /// Calls back, from any thread and possibly too often, when something changed by itself.
  void onChange(Consumer<EnvironmentId> listener);

  /// What it holds of an environment.
  ///
  /// @param artifacts which of the builds asked about are there
  /// @param instances every process it started and did not stop, the oldest first
  /// @param closed services whose stable address was handed to others and does not listen
  /// @param tests the newest result of each test
  /// @param traces whether anything at all is left: a folder, an address
  record Held(
      Set<Digest> artifacts,
      List<Instance> instances,
      Set<ComponentName> closed,
      List<TestResult> tests,
      boolean traces) {
    public static final Held NOTHING = new Held(Set.of(), List.of(), Set.of(), List.of(), false);

    public Held {
      artifacts = Set.copyOf(artifacts);
      instances = List.copyOf(instances);
      closed = Set.copyOf(closed);
      tests = List.copyOf(tests);
    }
  }
}
