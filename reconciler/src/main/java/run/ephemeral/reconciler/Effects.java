package run.ephemeral.reconciler;

import java.util.Set;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Units;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// The one place that knows who does which step.
public record Effects(Engine engine, DataServer data) {
  /// What there is of an environment, wherever it is.
  Observed observe(Environment environment) {
    var builds = environment.wanted().release().map(Units::builds).orElse(Set.of());
    return Observed.of(engine.observe(environment.key(), builds), data.observe(environment.key()));
  }

  Outcome perform(EnvironmentKey environment, Step step, long lease) throws InterruptedException {
    return switch (step) {
      case Step.Erase erase -> erase(environment, erase, lease);
      case Step.OfData ofData -> data.perform(environment, ofData, lease);
      case Step.AtEngine atEngine -> engine.perform(environment, atEngine, lease);
    };
  }

  /// What runs goes before the data that it uses.
  private Outcome erase(EnvironmentKey environment, Step.Erase step, long lease)
      throws InterruptedException {
    var outcome = engine.perform(environment, step, lease);
    return outcome instanceof Outcome.Done ? data.perform(environment, step, lease) : outcome;
  }
}
