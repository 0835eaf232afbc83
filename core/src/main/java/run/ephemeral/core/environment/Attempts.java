package run.ephemeral.core.environment;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Fault;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// What was tried and is not done, by the key of the step. New inputs are new keys, and start
/// afresh; so does everything when somebody asks for another try.
///
/// @param round which [run.ephemeral.core.environment.Wanted#round()] they belong to
public record Attempts(Map<StepKey, Attempt> byStep, int round) {
  public static final Attempts NONE = new Attempts(Map.of(), 0);

  /// The key of a failed observation, which is no step.
  private static final StepKey LOOK = new StepKey("look", "");

  public Attempts {
    byStep = Map.copyOf(byStep);
  }

  /// Those of a round. What was tried in another one says nothing any more.
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

  /// A failure after a wait is the first, and the other way round.
  private Attempts with(StepKey key, Optional<Fault> fault, Instant at) {
    var next = new HashMap<>(byStep);
    var known = Optional.ofNullable(byStep.get(key));
    var before = known.filter(one -> one.fault().isPresent() == fault.isPresent());
    next.put(key, new Attempt(before.map(Attempt::count).orElse(0) + 1, at, fault));
    return new Attempts(next, round);
  }

  /// What it needs is not there yet.
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

  /// Drops what no plan asks for any more.
  public Attempts only(Set<StepKey> keys) {
    var next = new HashMap<>(byStep);
    next.keySet().removeIf(key -> !key.equals(LOOK) && !keys.contains(key));
    return new Attempts(next, round);
  }

  /// @param count how often it ended so in a row
  /// @param fault empty when what it needs is not there yet, which is no failure
  public record Attempt(int count, Instant lastAt, Optional<Fault> fault) {
    /// Why it is not done.
    public Fault why() {
      return fault.orElseGet(() -> Fault.capacity("what it needs is not there yet"));
    }
  }
}
