package run.ephemeral.core.engine;

import java.time.Duration;
import java.time.Instant;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.InstanceId;

/// A process of a service, as the engine observes it.
///
/// @param program its [run.ephemeral.core.release.Component.Program#digest]
/// @param attempt counts the starts of this program, from 1
/// @param failures how many starts in a row ended early before this one
/// @param routed whether requests are routed to this process
public record Instance(
    InstanceId id,
    ComponentName service,
    Digest program,
    int attempt,
    int failures,
    long pid,
    int port,
    Instant startedAt,
    boolean routed,
    State state) {
  /// Starting → Healthy → Ended, or Starting → Ended.
  public sealed interface State {
    /// Runs, but has not been healthy yet.
    record Starting() implements State {}

    /// Runs, and passed its health check.
    record Healthy(Instant since) implements State {}

    /// Ended without being stopped by a step.
    ///
    /// @param why a predicate, such as `exited 1 after 0.4 s: port must be a number`
    /// @param healthyFor how long the process was healthy; zero when it never was
    record Ended(String why, Instant at, Duration healthyFor) implements State {}
  }
}
