package run.ephemeral.testkit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Probe;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.spec.ResourcesSpec;

/// Runs the contract tests on the fake cluster and its registry.
class FakeClusterTest implements WorkloadContract {
  private static final ArtifactOrder.Pulled IMAGE =
      new ArtifactOrder.Pulled("acme/web", List.of("PR-1", "c0ffee"));
  private static final ArtifactOrder.Pulled LATE =
      new ArtifactOrder.Pulled("acme/late", List.of("PR-1", "c0ffee"));

  private final FakeEngine engine = new FakeEngine(EngineKind.KUBERNETES, InstantSource.system());

  @BeforeEach
  void pushOne() {
    engine.push("acme/web", "c0ffee", "sha256:1");
  }

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public Artifacts artifacts() {
    return engine.artifacts();
  }

  @Override
  public Component.Deployable component(ComponentName name, int restarts) {
    var probe = new Probe(Optional.empty(), Duration.ofMinutes(1));
    return new Component.Container(
        name, IMAGE, Optional.of(8080), Map.of(), ResourcesSpec.DEFAULT, probe, restarts, Set.of());
  }

  @Override
  public Artifact.Image image(ArtifactOrder order) {
    return new Artifact.Image("acme/web", "c0ffee", "sha256:1");
  }

  @Override
  public Component.Test test(String name) {
    return new Component.Test(new ComponentName(name), IMAGE, "check", Map.of());
  }

  @Override
  public ArtifactOrder.Pulled late() {
    return LATE;
  }

  @Override
  public void push() {
    engine.push("acme/late", "PR-1", "sha256:2");
  }
}
