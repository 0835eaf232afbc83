package run.ephemeral.core.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// All steps that are still to be done for an environment, and its present state for people.
///
/// @param steps all remaining steps; one may start when none of its `after` is in the plan any more
/// @param parts every component, in the order of the file
/// @param phase for people
/// @param cause the reason of the phase
/// @param again when to reconcile again even if nothing happens
/// @param settled whether no steps, retries or postponed steps are left
/// @param change a change of the environment's own desired state or placement
/// @param considered the keys of all steps that were offered, taken or not; attempts of other steps
///     may be forgotten
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

  /// With a step that tells people about this plan. Whether the environment is settled does not
  /// depend on it.
  ///
  /// @param key of the step, also when it waits
  /// @param step empty while it waits until `then`
  public Plan reporting(Phase shown, StepKey key, Optional<Step> step, Optional<Instant> then) {
    var all = new ArrayList<>(steps);
    step.ifPresent(known -> all.add(new Step.Planned(known, Set.of())));
    var keys = new HashSet<>(considered);
    keys.add(key);
    var next = Stream.of(again, then).flatMap(Optional::stream).min(Instant::compareTo);
    return new Plan(all, parts, shown, cause, next, settled, change, keys);
  }

  /// Looked at again at this time, if not before.
  public Plan lookingAgain(Instant at) {
    var next = Stream.of(again, Optional.of(at)).flatMap(Optional::stream).min(Instant::compareTo);
    return new Plan(steps, parts, phase, cause, next, settled, change, considered);
  }

  public Set<StepKey> keys() {
    return steps.stream().map(planned -> planned.step().key()).collect(Collectors.toSet());
  }

  /// A decision about the environment as a whole.
  public sealed interface Change {
    /// The environment is placed on this cluster.
    record Place(Cluster cluster) implements Change {}

    /// The environment was idle for this long.
    record FallAsleep(Duration idle) implements Change {}

    /// The environment expired without a push or a visit.
    record Expire() implements Change {}
  }
}
