package run.ephemeral.engine.kubernetes;

import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.Digest;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.TestBed;
import run.ephemeral.testkit.WorkloadContract;

/// The contract of engines, on a real cluster.
@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")
class ClusterTest implements WorkloadContract {
  private static final int READY_SECONDS = 60;
  private static final String INSTALLATION = TestEngine.installation();

  private final Map<Digest, Artifact> known = new HashMap<>();
  private final Artifact.Image image;
  private final TestEngine cluster;

  ClusterTest() throws Exception {
    image = TestEngine.image(TestBed.WEB, "1");
    var kubeconfig = Files.readString(TestBed.kubeconfig());
    cluster = new TestEngine(INSTALLATION, kubeconfig, ClusterSettings.DEFAULT, artifacts());
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  /// The names of environments return in the next run.
  @AfterAll
  static void erase() {
    TestEngine.erase(INSTALLATION);
  }

  @Override
  public Engine engine() {
    return cluster.engine;
  }

  private boolean pushed;

  @Override
  public Artifacts artifacts() {
    return new Artifacts() {
      @Override
      public Map<Digest, Artifact> known(Set<ArtifactOrder> orders) {
        var found = new HashMap<>(known);
        found.keySet().retainAll(orders.stream().map(ArtifactOrder::key).toList());
        return found;
      }

      @Override
      public Outcome perform(EnvironmentKey environment, Step.OfArtifact step, Fence fence) {
        if (step.order().equals(late()) && !pushed) {
          return new Outcome.NotYet();
        }
        known.put(step.order().key(), image);
        return new Outcome.Done("found");
      }
    };
  }

  @Override
  public Component.Deployable component(ComponentName name, int restarts) {
    return TestEngine.web(
        name.value(), restarts, ResourcesSpec.DEFAULT, Optional.empty(), READY_SECONDS);
  }

  @Override
  public Artifact.Image image(ArtifactOrder order) {
    return image;
  }

  @Override
  public ArtifactOrder.Pulled late() {
    return new ArtifactOrder.Pulled(TestBed.WEB, List.of("late"));
  }

  @Override
  public void push() {
    pushed = true;
  }

  @Override
  public Component.Test test(String name) {
    return new Component.Test(
        new ComponentName(name),
        new ArtifactOrder.Pulled(TestBed.WEB, List.of("1")),
        "true",
        Map.of());
  }
}
