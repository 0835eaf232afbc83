package run.ephemeral.testkit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Probe;
import run.ephemeral.core.release.SourceTree;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.EngineKind;

/// Runs the contract tests on the fakes.
class FakeEngineTest implements ProcessContract, DataServerContract {
  private static final Mirror REPOSITORY = new Mirror("app-shop");
  private static final ArtifactOrder.Built SOURCE =
      new ArtifactOrder.Built(new SourceTree(REPOSITORY, ".", "tree"), Optional.empty());

  private final FakeEngine engine = new FakeEngine(EngineKind.PROCESS, InstantSource.system());

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public Artifacts artifacts() {
    return engine.artifacts();
  }

  @Override
  public Component.Program service(String name) {
    var within = Duration.ofMinutes(1);
    return new Component.Program(
        new ComponentName(name),
        SOURCE,
        "serve",
        Map.of(),
        new Probe(Optional.empty(), within),
        0,
        Set.of());
  }

  @Override
  public DataServer data() {
    return engine.data();
  }

  @Override
  public Component.Database database(ComponentName name) {
    return new Component.Database(name, Optional.empty(), Optional.empty());
  }

  @Override
  public Component.Test test(String name) {
    return new Component.Test(new ComponentName(name), SOURCE, "check", Map.of());
  }

  @Override
  public void answer(Instance instance) {}

  @Override
  public void crash(EnvironmentKey environment, Instance instance) {
    engine.crash(environment.id(), instance.service(), "exited 1");
  }
}
