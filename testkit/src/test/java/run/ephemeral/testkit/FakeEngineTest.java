package run.ephemeral.testkit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.codehost.Repository;
import run.ephemeral.core.engine.BuildOrder;
import run.ephemeral.core.engine.DatabaseOrder;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.TestOrder;
import run.ephemeral.core.engine.Unit;
import run.ephemeral.core.environment.Environment.Place;
import run.ephemeral.core.spec.ComponentName;

/// The fake keeps the contract of the real ones.
class FakeEngineTest implements EngineContract {
  private static final Repository REPOSITORY = new Repository("app-shop");
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
  public DatabaseOrder database(String name) {
    return new DatabaseOrder(
        new ComponentName(name), REPOSITORY, Optional.empty(), "", Optional.empty());
  }

  @Override
  public TestOrder test(String name) {
    return new TestOrder(new ComponentName(name), SOURCE, "check", Map.of(), List.of());
  }

  @Override
  public void answer(Instance instance) {}

  @Override
  public void crash(Place environment, Instance instance) {
    engine.crash(environment.id(), instance.service(), "exited 1");
  }
}
