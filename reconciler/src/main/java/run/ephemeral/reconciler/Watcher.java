package run.ephemeral.reconciler;

import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Plan;

/// Who wants to know what a reconciliation saw, such as the front door's notices.
public interface Watcher {
  /// After every look at an environment. Quick: the run waits for it.
  void looked(Environment environment, Plan plan);

  /// Nothing is left of the environment but its row, which goes next: until then nobody else
  /// gets its name. Idempotent.
  void gone(EnvironmentName environment);

  /// When a visitor last came, as far as is known right now.
  Optional<Instant> lastUsed(EnvironmentName environment);
}
