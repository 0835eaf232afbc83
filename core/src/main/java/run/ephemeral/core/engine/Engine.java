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

/// Port: runs environments.
///
/// Has two verbs: observe, and perform one step. Every [Step] is idempotent: repeated after a crash
/// at any point, it continues from what the first attempt left and ends in the same state. Removing
/// what does not exist succeeds.
public interface Engine {
  EngineKind kind();

  /// The current state. Quick, and without side effects, except that an engine may tell the gateway
  /// where services are.
  Held observe(EnvironmentKey environment);

  /// Performs one step and waits until it ends. Steps of one environment may run in parallel.
  ///
  /// @param fence the step is refused with [Outcome.Stale] when a newer lease of the environment
  ///     was seen before
  /// @throws InterruptedException when the caller is interrupted; a partial effect is undone or
  ///     found by the next attempt
  Outcome perform(EnvironmentKey environment, Step.AtEngine step, Fence fence)
      throws InterruptedException;

  /// Whether steps wait for their turn. An observation that can wait should, then.
  default boolean isBusy() {
    return false;
  }

  /// Access for people to the engine's environments.
  Inspection inspection();

  /// Registers a callback for changes that no step caused. Called from any thread, possibly more
  /// often than needed.
  void onChange(Consumer<EnvironmentId> listener);

  /// What the engine holds of an environment.
  ///
  /// @param tests the newest result of each test
  /// @param traces whether anything is left, such as a folder or an address
  record Held(Running running, List<TestResult> tests, boolean traces) {
    public static final Held NOTHING =
        new Held(new Running.Processes(List.of(), Set.of()), List.of(), false);

    public Held {
      tests = List.copyOf(tests);
    }
  }
}
