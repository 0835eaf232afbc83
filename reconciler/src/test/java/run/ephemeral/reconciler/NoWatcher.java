package run.ephemeral.reconciler;

import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Plan;

/// A watcher that ignores everything.
record NoWatcher() implements Watcher {
  @Override
  public void looked(Environment environment, Plan plan) {}

  @Override
  public void gone(EnvironmentName environment) {}

  @Override
  public Optional<Instant> lastUsed(EnvironmentName environment) {
    return Optional.empty();
  }
}
