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

/// One row: the facts about an environment, from which its phase is derived.
///
/// @param placement where the environment runs
/// @param generation grows with every change of `wanted` or `origin`
/// @param observed as last recorded
/// @param readyAt when the current release became ready for the first time
/// @param lastUsedAt the last recorded visit
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
  /// A copy with a newer observation and newer attempts.
  public Environment with(Observed newer, Attempts tried) {
    return with(newer, tried, readyAt);
  }

  /// A copy of the same state, ready since `at`.
  public Environment ready(Instant at) {
    return with(observed, attempts, Optional.of(at));
  }

  private Environment with(Observed newer, Attempts tried, Optional<Instant> ready) {
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
        ready,
        lastUsedAt,
        settled);
  }

  /// The services with a process that ended without being stopped by a step.
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
