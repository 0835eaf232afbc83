package run.ephemeral.core.environment;

import java.util.Locale;

/// A summary for people, derived from facts when it is shown; the planner never reads it.
public enum Phase {
  /// Nothing is known or done yet.
  QUEUED,
  /// Something is being built or copied.
  BUILDING,
  /// Services start for the first time.
  STARTING,
  /// Every service answers.
  READY,
  /// A failure needs a person, or is being retried.
  FAILING,
  /// Nothing runs, everything is kept.
  ASLEEP,
  /// Services start after sleep.
  WAKING,
  /// Being taken away.
  REMOVING,
  /// Nothing is left.
  GONE;

  /// The word in the API.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
