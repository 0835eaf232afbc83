package run.ephemeral.core.engine;

import java.util.Set;
import java.util.function.Consumer;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
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
  Observed observe(EnvironmentKey environment, Set<Digest> builds);

  /// Does one step and waits for its end. Steps of one environment may come side by side.
  ///
  /// @param lease the token of the lease under which the caller works: a step with a lower one
  ///     than was seen before for the environment is refused with [Outcome.Stale]
  /// @throws InterruptedException when the caller no longer wants it; what was begun is undone
  ///     or is
  ///     found by the next try
  Outcome perform(EnvironmentKey environment, Step step, long lease) throws InterruptedException;

  /// Calls back, from any thread and possibly too often, when something changed by itself.
  void onChange(Consumer<EnvironmentId> listener);

  /// How a step ended.
  sealed interface Outcome {
    /// @param detail what was done, for people, such as `from the cache`
    record Done(String detail) implements Outcome {}

    record Failed(Fault fault) implements Outcome {}

    /// Somebody with a newer lease is at work.
    record Stale() implements Outcome {}
  }
}
