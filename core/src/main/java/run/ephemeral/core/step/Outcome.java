package run.ephemeral.core.step;

import run.ephemeral.core.Fault;

/// How a step ended.
public sealed interface Outcome {
  /// @param detail what was done, for people, such as `from the cache`
  record Done(String detail) implements Outcome {}

  record Failed(Fault fault) implements Outcome {}

  /// What it needs is not there yet, which is nobody's failure: it is done again later.
  record NotYet() implements Outcome {}

  /// Somebody with a newer lease is at work.
  record Stale() implements Outcome {}
}
