package run.ephemeral.core.spec;

import java.time.Duration;
import java.util.Optional;

/// When an environment is removed automatically.
public record ExpireSpec(
    @Doc("This long after its last push or visit, such as 3d. Default: 7d.")
        Optional<Duration> after) {
  public static final Duration AFTER = Duration.ofDays(7);

  public Duration orDefault() {
    return after.orElse(AFTER);
  }
}
