package run.ephemeral.reconciler;

import java.util.function.Consumer;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Inspection;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Reports every step as done, and does nothing.
record DeafEngine(Engine engine, boolean isBusy) implements Engine {
  @Override
  public EngineKind kind() {
    return engine.kind();
  }

  @Override
  public Inspection inspection() {
    return engine.inspection();
  }

  @Override
  public Held observe(EnvironmentKey environment) {
    return engine.observe(environment);
  }

  @Override
  public Outcome perform(EnvironmentKey environment, Step.AtEngine step, Fence fence) {
    return new Outcome.Done("done, supposedly");
  }

  @Override
  public void onChange(Consumer<EnvironmentId> listener) {
    engine.onChange(listener);
  }
}
