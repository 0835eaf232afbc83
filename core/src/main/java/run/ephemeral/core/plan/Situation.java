package run.ephemeral.core.plan;

import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.engine.Observed;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.policy.Limits;

/// Everything a plan is made from, gathered before anything is judged.
///
/// @param lastUsed when a visitor last came
public record Situation(
    Wanted wanted,
    Observed observed,
    Attempts attempts,
    Optional<Instant> lastUsed,
    Limits limits,
    Instant now) {}
