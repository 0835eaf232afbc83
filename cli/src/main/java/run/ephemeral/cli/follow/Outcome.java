package run.ephemeral.cli.follow;

import run.ephemeral.wire.Environment;

/// How waiting for an environment ended.
public sealed interface Outcome {
  /// Nothing is left to be done, and all is well.
  record Done(Environment environment) implements Outcome {}

  record Failing(Environment environment) implements Outcome {}

  record Gone(String name) implements Outcome {}

  record TimedOut(Environment last) implements Outcome {}
}
