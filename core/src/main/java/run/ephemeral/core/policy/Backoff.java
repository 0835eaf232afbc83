package run.ephemeral.core.policy;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

/// Waits between attempts: exponential, bounded, and lengthened by up to a tenth so that many
/// clients do not retry at the same time.
public record Backoff(Duration first, Duration longest) {
  /// @param tries the number of failed attempts, at least 1
  /// @param salt determines the jitter; the same salt gives the same wait
  public Duration after(int tries, String salt) {
    var doubled = first.multipliedBy(1L << Math.min(tries - 1, 20));
    var wait = Collections.min(List.of(doubled, longest));
    var spread = Math.floorMod(salt.hashCode() + tries, 100) / 1000.0;
    return wait.plusMillis((long) (wait.toMillis() * spread));
  }
}
