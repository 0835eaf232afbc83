package run.ephemeral.cli.follow;

import run.ephemeral.wire.EnvironmentView;

/// How waiting for an environment ended.
public sealed interface Outcome {
  /// The environment is settled and does not fail.
  ///
  /// @param measured whether it became ready during the wait: only then is the duration new
  record Done(EnvironmentView environment, boolean measured) implements Outcome {}

  record Failing(EnvironmentView environment) implements Outcome {}

  record Gone(String name) implements Outcome {}

  record TimedOut(EnvironmentView last) implements Outcome {}
}
