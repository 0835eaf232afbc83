package run.ephemeral.core.release;

import java.time.Duration;
import java.util.Optional;

/// When a service counts as ready.
///
/// @param health the HTTP path that must answer; without it the port must accept connections
/// @param within the time limit, from the start of the service
public record Probe(Optional<String> health, Duration within) {}
