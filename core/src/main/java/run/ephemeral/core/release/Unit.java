package run.ephemeral.core.release;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
    var restarted = Optional.of(restarts).filter(count -> count > 0).map(String::valueOf);
    return Digest.named("unit 2")
        .part("build", build.key().hex())
        .part("run", run)
        .part("env", env)
        .part("health", health)
        .part("restarts", restarted)
        .digest();
  }
}
