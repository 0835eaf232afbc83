package run.ephemeral.core.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.ComponentName;

/// Everything that makes a service's process what it is. Another digest means another process.
///
/// @param env values in which `${pr.*}` is filled in already, and addresses are not: those
///     never
///     change while the environment lives
/// @param restarts how often somebody asked for a new start
public record Unit(
    ComponentName service,
    BuildOrder build,
    String run,
    Map<String, String> env,
    Optional<String> health,
    Duration readyWithin,
    int restarts) {
  public Unit {
    env = Map.copyOf(env);
  }

  public Digest digest() {
    var parts = new ArrayList<>(List.of("unit 1", build.key().hex(), run));
    parts.addAll(List.of(health.orElse("-"), Integer.toString(restarts)));
    new TreeMap<>(env).forEach((key, value) -> parts.addAll(List.of(key, value)));
    return Digest.of(parts);
  }
}
