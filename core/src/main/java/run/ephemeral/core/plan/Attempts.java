package run.ephemeral.core.plan;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import run.ephemeral.core.Fault;

/// What was tried and failed, by the key of the step. New inputs are new keys, and start
/// afresh.
public record Attempts(Map<String, Attempt> byStep) {
  public static final Attempts NONE = new Attempts(Map.of());

  public Attempts {
    byStep = Map.copyOf(byStep);
  }

  public Optional<Attempt> of(Step step) {
    return Optional.ofNullable(byStep.get(step.key()));
  }

  public Attempts failed(Step step, Fault fault, Instant at) {
    var next = new TreeMap<>(byStep);
    var count = of(step).map(Attempt::count).orElse(0) + 1;
    next.put(step.key(), new Attempt(count, at, fault));
    return new Attempts(next);
  }

  public Attempts succeeded(Step step) {
    var next = new TreeMap<>(byStep);
    next.remove(step.key());
    return new Attempts(next);
  }

  /// Drops what no plan asks for any more.
  public Attempts only(Set<String> keys) {
    var next = new TreeMap<>(byStep);
    next.keySet().retainAll(keys);
    return new Attempts(next);
  }

  /// @param count how often it failed in a row
  public record Attempt(int count, Instant lastAt, Fault fault) {}
}
