package run.ephemeral.core.release;

import java.time.Duration;
import java.util.Optional;

/// When a service counts as ready.
///
/// @param health the HTTP path that must answer; without it the port must accept connections
/// @param within how long that may take from the start
public record Probe(Optional<String> health, Duration within) {}
