package run.ephemeral.core.environment;

import java.util.Locale;

/// A word for people. Derived from facts whenever somebody looks; the planner never reads it.
public enum Phase {
  /// Nothing is known or done yet.
  QUEUED,
  /// Something is being built or copied.
  BUILDING,
  /// Services are on their way up for the first time.
  STARTING,
  /// Every service answers.
  READY,
  /// Something needs a person, or is being tried again.
  FAILING,
  /// Nothing runs, everything is kept.
  ASLEEP,
  /// On its way up after sleep.
  WAKING,
  /// Being taken away.
  REMOVING,
  /// Nothing is left.
  GONE;

  /// The word itself.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
