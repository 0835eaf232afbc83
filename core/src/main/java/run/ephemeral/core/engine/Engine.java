package run.ephemeral.core.engine;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Port: where environments run.
///
/// Two verbs: look, and do one thing. Every [Step] is idempotent: done again after a crash at
/// any point it finds what the first left and ends in the same state. What is absent already
/// counts as removed.
public interface Engine {
  EngineKind kind();

  /// What there is now. Quick, and without effect.
  Held observe(EnvironmentKey environment);

  /// Does one step and waits for its end. Steps of one environment may come side by side.
  ///
  /// @param fence a step whose lease is lower than one that was seen before for the environment is
  ///     refused with [Outcome.Stale]
  /// @throws InterruptedException when the caller no longer wants it; what was begun is undone
  ///     or is found by the next try
  Outcome perform(EnvironmentKey environment, Step.AtEngine step, Fence fence)
      throws InterruptedException;

  /// What people may look at in its environments.
  Inspection inspection();

  /// Calls back, from any thread and possibly too often, when something changed by itself.
  void onChange(Consumer<EnvironmentId> listener);

  /// What it holds of an environment.
  ///
  /// @param tests the newest result of each test
  /// @param traces whether anything at all is left: a folder, an address
  record Held(Running running, List<TestResult> tests, boolean traces) {
    public static final Held NOTHING =
        new Held(new Running.Processes(List.of(), Set.of()), List.of(), false);

    public Held {
      tests = List.copyOf(tests);
    }
  }
}
