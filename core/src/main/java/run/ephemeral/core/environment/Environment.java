package run.ephemeral.core.environment;

import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.engine.Observed;
import run.ephemeral.core.plan.Attempts;
import run.ephemeral.core.spec.AppName;

/// One row: the facts about an environment. Its phase is derived from them.
///
/// @param generation grows with every change of what is wanted
/// @param observed as last seen by the engine
/// @param readyAt when the current release was first ready
/// @param lastUsedAt when a visitor last came, as far as it was recorded
public record Environment(
    EnvironmentId id,
    EnvironmentName name,
    AppName app,
    Origin origin,
    long generation,
    Wanted wanted,
    Observed observed,
    Attempts attempts,
    Instant createdAt,
    Instant changedAt,
    Optional<Instant> readyAt,
    Optional<Instant> lastUsedAt,
    boolean settled) {
  /// The same with what was seen and tried since.
  public Environment with(Observed newer, Attempts tried) {
    return new Environment(
        id,
        name,
        app,
        origin,
        generation,
        wanted,
        newer,
        tried,
        createdAt,
        changedAt,
        readyAt,
        lastUsedAt,
        settled);
  }

  public Place place() {
    return new Place(id, name);
  }

  /// The two names by which an engine knows an environment.
  public record Place(EnvironmentId id, EnvironmentName name) {}
}
