package run.ephemeral.cli.follow;

import run.ephemeral.wire.Environment;

/// How waiting for an environment ended.
public sealed interface Outcome {
  /// Nothing is left to be done, and all is well.
  ///
  /// @param measured whether a push became ready meanwhile: how long that took is news only then
  record Done(Environment environment, boolean measured) implements Outcome {}

  record Failing(Environment environment) implements Outcome {}

  record Gone(String name) implements Outcome {}

  record TimedOut(Environment last) implements Outcome {}
}
