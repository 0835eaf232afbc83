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

/// All inputs of a plan, gathered before anything is judged.
///
/// @param clusters the configured clusters, with their free capacity
/// @param ahead how many older environments look for room, too; 0 for one that is placed
/// @param lastUsed when a visitor last came
/// @param attendedSince since when visits were possible without a gap: a machine that was off, or
///     whose clock jumped forward, received none
public record Situation(
    Wanted wanted,
    Observed observed,
    Attempts attempts,
    Placement placement,
    List<Cluster> clusters,
    int ahead,
    Optional<Instant> lastUsed,
    Instant attendedSince,
    Limits limits,
    Instant now) {
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

  public Situation {
    attempts = attempts.in(wanted.round());
    clusters = List.copyOf(clusters);
  }

  /// End of a wait that began at `began`, or empty if it is over. A start more than a minute in the
  /// future (clock set back) counts as over.
  Optional<Instant> later(Instant began, Duration wait) {
    var at = began.plus(wait);
    return now.isBefore(at) && !began.isAfter(now.plus(CLOCKS_DIFFER))
        ? Optional.of(at)
        : Optional.empty();
  }
}
