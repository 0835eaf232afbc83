package run.ephemeral.core.environment;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Fault;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// Failed and postponed steps, by their keys. New inputs give new keys without attempts, and a new
/// round discards all attempts.
///
/// @param round the [run.ephemeral.core.environment.Wanted#round()] of the attempts
public record Attempts(Map<StepKey, Attempt> byStep, int round) {
  public static final Attempts NONE = new Attempts(Map.of(), 0);

  /// The key of failed observations, which are no steps.
  private static final StepKey LOOK = new StepKey("look", "");

  public Attempts {
    byStep = Map.copyOf(byStep);
  }

  /// The attempts, if they belong to this round; otherwise none.
  public Attempts in(int current) {
    return round == current ? this : new Attempts(Map.of(), current);
  }

  /// The last observation, if it failed.
  public Optional<Attempt> look() {
    return Optional.ofNullable(byStep.get(LOOK));
  }

  public Attempts lookFailed(Fault fault, Instant at) {
    return failed(LOOK, fault, at);
  }

  public Attempts looked() {
    return byStep.containsKey(LOOK) ? succeeded(LOOK) : this;
  }

  public Optional<Attempt> of(Step step) {
    return Optional.ofNullable(byStep.get(step.key()));
  }

  public Attempts failed(Step step, Fault fault, Instant at) {
    return failed(step.key(), fault, at);
  }

  private Attempts failed(StepKey key, Fault fault, Instant at) {
    return with(key, Optional.of(fault), at);
  }

  /// A failure after a postponement counts as the first, and vice versa.
  private Attempts with(StepKey key, Optional<Fault> fault, Instant at) {
    var next = new HashMap<>(byStep);
    var known = Optional.ofNullable(byStep.get(key));
    var before = known.filter(one -> one.fault().isPresent() == fault.isPresent());
    next.put(key, new Attempt(before.map(Attempt::count).orElse(0) + 1, at, fault));
    return new Attempts(next, round);
  }

  /// A prerequisite of the step does not exist yet.
  public Attempts postponed(Step step, Instant at) {
    return with(step.key(), Optional.empty(), at);
  }

  public Attempts succeeded(Step step) {
    return succeeded(step.key());
  }

  private Attempts succeeded(StepKey key) {
    var next = new HashMap<>(byStep);
    next.remove(key);
    return new Attempts(next, round);
  }

  /// Drops steps that the current plan does not consider.
  public Attempts only(Set<StepKey> keys) {
    var next = new HashMap<>(byStep);
    next.keySet().removeIf(key -> !key.equals(LOOK) && !keys.contains(key));
    return new Attempts(next, round);
  }

  /// @param count how often in a row the step ended this way
  /// @param fault empty when a prerequisite did not exist yet, which is no failure
  public record Attempt(int count, Instant lastAt, Optional<Fault> fault) {
    /// Why the step is not done.
    public Fault why() {
      return fault.orElseGet(() -> Fault.capacity("what it needs is not there yet"));
    }
  }
}
