package run.ephemeral.reconciler;

import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Plan;

/// Observer of reconciliations, such as the notices of the gateway.
public interface Watcher {
  /// Called after every observation of an environment. Must be quick: the run waits.
  void looked(Environment environment, Plan plan);

  /// Called when nothing is left of the environment but its row, which is removed next: until then
  /// the name is not reused. Idempotent.
  void gone(EnvironmentName environment);

  /// The time of the last known visit.
  Optional<Instant> lastUsed(EnvironmentName environment);
}
