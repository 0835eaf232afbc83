package run.ephemeral.core.spec;

import java.time.Duration;
import java.util.Optional;

/// When an environment goes to sleep automatically.
public record SleepSpec(
    @Doc(
            "After this long without a visitor, such as 30m: no request, WebSocket or event stream"
                + " from outside. Default: never.")
        Optional<Duration> idle,
    @Doc(value = "When it is kept awake.", notBuilt = "schedules come with a later version")
        Optional<String> schedule) {
  public SleepSpec(Optional<Duration> idle) {
    this(idle, Optional.empty());
  }
}
