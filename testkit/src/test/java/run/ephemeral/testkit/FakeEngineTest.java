package run.ephemeral.testkit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.BuildOrder;
import run.ephemeral.core.release.DatabaseOrder;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.TestOrder;
import run.ephemeral.core.release.Unit;
import run.ephemeral.core.spec.ComponentName;

/// The fakes keep the contracts of the real ones.
class FakeEngineTest implements EngineContract, DataServerContract {
  private static final Mirror REPOSITORY = new Mirror("app-shop");
  private static final BuildOrder SOURCE = new BuildOrder(REPOSITORY, "tree", Optional.empty());

  private final FakeEngine engine = new FakeEngine(InstantSource.system());

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public Unit service(String name) {
    var within = Duration.ofMinutes(1);
    return new Unit(
        new ComponentName(name), SOURCE, "serve", Map.of(), Optional.empty(), within, 0);
  }

  @Override
  public DataServer data() {
    return engine.data();
  }

  @Override
  public DatabaseOrder database(ComponentName name) {
    return new DatabaseOrder(name, REPOSITORY, Optional.empty(), "", Optional.empty());
  }

  @Override
  public TestOrder test(String name) {
    return new TestOrder(new ComponentName(name), SOURCE, "check", Map.of(), List.of());
  }

  @Override
  public void answer(Instance instance) {}

  @Override
  public void crash(EnvironmentKey environment, Instance instance) {
    engine.crash(environment.id(), instance.service(), "exited 1");
  }
}
