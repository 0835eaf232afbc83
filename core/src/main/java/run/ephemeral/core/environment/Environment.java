package run.ephemeral.core.environment;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.ComponentName;

/// One row: the facts about an environment. Its phase is derived from them.
///
/// @param placement where it runs
/// @param generation grows with every change of what is wanted
/// @param observed as last seen by the engine
/// @param readyAt when the current release was first ready
/// @param lastUsedAt when a visitor last came, as far as it was recorded
public record Environment(
    EnvironmentId id,
    EnvironmentName name,
    AppName app,
    Origin origin,
    Placement placement,
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
        placement,
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

  /// The services whose process ended by itself and was not started again.
  public List<ComponentName> broken() {
    return observed.instances().stream()
        .filter(instance -> instance.state() instanceof Instance.State.Ended)
        .map(Instance::service)
        .distinct()
        .toList();
  }

  public EnvironmentKey key() {
    return new EnvironmentKey(id, name);
  }
}
