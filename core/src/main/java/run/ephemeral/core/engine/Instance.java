package run.ephemeral.core.engine;

import java.time.Duration;
import java.time.Instant;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.InstanceId;

/// A service's process, as the engine sees it.
///
/// @param unit what it was made of
/// @param attempt counts the starts of this unit, from 1
/// @param failures how many starts in a row ended early before this one
/// @param routed whether requests go to it
public record Instance(
    InstanceId id,
    ComponentName service,
    Digest unit,
    int attempt,
    int failures,
    long pid,
    int port,
    Instant startedAt,
    boolean routed,
    State state) {
  /// Starting → Healthy → Ended, or Starting → Ended.
  public sealed interface State {
    /// Runs, and was not healthy yet.
    record Starting() implements State {}

    /// Runs, and answered.
    record Healthy(Instant since) implements State {}

    /// Runs no more, though nobody asked it to stop.
    ///
    /// @param why a sentence's end, such as `exited 1 after 0.4 s: port must be a number`
    /// @param healthyFor how long it served; zero when it never was healthy
    record Ended(String why, Instant at, Duration healthyFor) implements State {}
  }
}
