package run.ephemeral.core.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// What is still to be done for an environment, and what can be said of it now.
///
/// @param steps everything that is left; those whose `after` is done or gone may begin
/// @param parts every component, in the order of the file
/// @param phase for people
/// @param cause why it is in this phase
/// @param again when to look once more though nothing happens
/// @param settled whether nothing more is done until somebody wants something else
/// @param change what is decided about the environment itself
/// @param considered the keys of all steps that were thought of: failures of others may be
///     forgotten
public record Plan(
    List<Step.Planned> steps,
    List<Part> parts,
    Phase phase,
    Cause cause,
    Optional<Instant> again,
    boolean settled,
    Optional<Change> change,
    Set<StepKey> considered) {
  public Plan {
    steps = List.copyOf(steps);
    parts = List.copyOf(parts);
    considered = Set.copyOf(considered);
  }

  public Set<StepKey> keys() {
    return steps.stream().map(planned -> planned.step().key()).collect(Collectors.toSet());
  }

  /// What was decided, since time passed or there is room.
  public sealed interface Change {
    /// It runs on this cluster from now on.
    record Place(Cluster cluster) implements Change {}

    /// Nobody used it for so long.
    record FallAsleep(Duration idle) implements Change {}

    /// Nobody pushed or visited until its time was over.
    record Expire() implements Change {}
  }
}
