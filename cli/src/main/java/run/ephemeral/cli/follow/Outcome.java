package run.ephemeral.cli.follow;

import run.ephemeral.wire.EnvironmentView;

/// How waiting for an environment ended.
public sealed interface Outcome {
  /// Nothing is left to be done, and all is well.
  ///
  /// @param measured whether a push became ready meanwhile: how long that took is news only then
  record Done(EnvironmentView environment, boolean measured) implements Outcome {}

  record Failing(EnvironmentView environment) implements Outcome {}

  record Gone(String name) implements Outcome {}

  record TimedOut(EnvironmentView last) implements Outcome {}
}
