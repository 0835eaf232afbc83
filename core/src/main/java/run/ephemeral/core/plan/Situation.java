package run.ephemeral.core.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.policy.Limits;

/// Everything a plan is made from, gathered before anything is judged.
///
/// @param clusters where environments can run, and how much room there is
/// @param lastUsed when a visitor last came
/// @param attendedSince since when visitors could have come without a gap: a machine that was off,
///     or whose clock jumped forward, kept nobody's visits
public record Situation(
    Wanted wanted,
    Observed observed,
    Attempts attempts,
    Placement placement,
    List<Cluster> clusters,
    Optional<Instant> lastUsed,
    Instant attendedSince,
    Limits limits,
    Instant now) {
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

  public Situation {
    attempts = attempts.in(wanted.round());
    clusters = List.copyOf(clusters);
  }

  /// When a wait that began then is over; empty when it is. So is one that began in times to
  /// come: the clock was set back, and nobody knows how long it has been.
  Optional<Instant> later(Instant began, Duration wait) {
    var at = began.plus(wait);
    return now.isBefore(at) && !began.isAfter(now.plus(CLOCKS_DIFFER))
        ? Optional.of(at)
        : Optional.empty();
  }
}
