package run.ephemeral.reconciler;

import java.util.Set;
import java.util.function.Consumer;
import run.ephemeral.core.Digest;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Observed;
import run.ephemeral.core.environment.Environment.Place;
import run.ephemeral.core.environment.EnvironmentId;
import run.ephemeral.core.plan.Step;

/// Says it did everything, and does nothing.
record DeafEngine(Engine engine) implements Engine {
  @Override
  public Observed observe(Place environment, Set<Digest> builds) {
    return engine.observe(environment, builds);
  }

  @Override
  public Outcome perform(Place environment, Step step, long lease) {
    return new Outcome.Done("done, supposedly");
  }

  @Override
  public void onChange(Consumer<EnvironmentId> listener) {
    engine.onChange(listener);
  }
}
