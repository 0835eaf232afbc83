package run.ephemeral.core.step;

import run.ephemeral.core.Fault;

/// How a step ended.
public sealed interface Outcome {
  /// @param detail what was done, for people, such as `from the cache`
  record Done(String detail) implements Outcome {}

  record Failed(Fault fault) implements Outcome {}

  /// A prerequisite does not exist yet. This is no failure: the step is tried again later.
  record NotYet() implements Outcome {}

  /// A newer lease was seen.
  record Stale() implements Outcome {}
}
