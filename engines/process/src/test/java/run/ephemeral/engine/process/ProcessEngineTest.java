package run.ephemeral.engine.process;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.testkit.ProcessContract;

/// The contract, on real processes.
class ProcessEngineTest implements ProcessContract {
  private final Machine machine = new Machine();

  @AfterEach
  void close() throws Exception {
    machine.close();
  }

  @Override
  public Engine engine() {
    return machine.engine;
  }

  @Override
  public Artifacts artifacts() {
    return machine.engine.artifacts();
  }

  @Override
  public Component.Program service(String name) {
    return machine.program("sleep 1000");
  }

  @Override
  public Component.Test test(String name) {
    var source = machine.source(Map.of("test", "it"), Optional.empty());
    return new Component.Test(new ComponentName(name), source, "true", Map.of());
  }

  @Override
  public void answer(Instance instance) {
    machine.listen(instance);
  }

  @Override
  public void crash(EnvironmentKey environment, Instance instance) {
    Machine.kill(instance);
  }
}
