package run.ephemeral.engine.process;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.TestOrder;
import run.ephemeral.core.release.Unit;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.testkit.EngineContract;

/// The contract, on real processes.
class ProcessEngineTest implements EngineContract {
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
  public Unit service(String name) {
    return machine.unit("sleep 1000");
  }

  @Override
  public TestOrder test(String name) {
    var source = machine.source(Map.of("test", "it"), Optional.empty());
    return new TestOrder(new ComponentName(name), source, "true", Map.of(), List.of());
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
