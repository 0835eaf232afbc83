package run.ephemeral.reconciler;

import java.util.Set;
import java.util.function.Consumer;
import run.ephemeral.core.Digest;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Says it did everything, and does nothing.
record DeafEngine(Engine engine) implements Engine {
  @Override
  public Held observe(EnvironmentKey environment, Set<Digest> builds) {
    return engine.observe(environment, builds);
  }

  @Override
  public Outcome perform(EnvironmentKey environment, Step.AtEngine step, long lease) {
    return new Outcome.Done("done, supposedly");
  }

  @Override
  public void onChange(Consumer<EnvironmentId> listener) {
    engine.onChange(listener);
  }
}
