package run.ephemeral.engine.kubernetes;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
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
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Probe;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Leases;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.client.Kubeconfig;
import run.ephemeral.testkit.FakeSwitchboard;
import run.ephemeral.testkit.TestBed;
import run.ephemeral.testkit.WorkloadContract;

/// The contract of engines, on a real cluster.
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
class ClusterTest implements WorkloadContract {
  private static final String IMAGE = TestBed.WEB;
  private static final String INSTALLATION = "test-" + Long.toString(System.nanoTime(), 36);

  private final Map<Digest, Artifact> known = new HashMap<>();
  private final Artifact.Image image;
  private final KubernetesEngine engine;

  ClusterTest() throws Exception {
    image = new Artifact.Image(IMAGE, "1", digest());
    var text = Files.readString(TestBed.kubeconfig());
    var api = new ApiServer(Kubeconfig.read(text, Optional.empty()));
    engine =
        new KubernetesEngine(
            new ClusterName("test"),
            api,
            ClusterSettings.DEFAULT,
            new KubernetesEngine.Common(
                INSTALLATION,
                () -> new Domain("http", "localhost", 8080),
                artifacts(),
                images -> Optional.empty(),
                new FakeSwitchboard(),
                new Leases(),
                (id, fence) -> true));
  }

  private static String digest() throws Exception {
    var uri = URI.create("http://%s/v2/testbed/web/manifests/1".formatted(TestBed.REGISTRY));
    var request =
        HttpRequest.newBuilder(uri)
            .method("HEAD", BodyPublishers.noBody())
            .header("Accept", "application/vnd.oci.image.manifest.v1+json")
            .build();
    try (var http = HttpClient.newHttpClient()) {
      var answer = http.send(request, BodyHandlers.discarding());
      return answer.headers().firstValue("Docker-Content-Digest").orElseThrow();
    }
  }

  @AfterEach
  void close() {
    engine.close();
  }

  /// The names of environments return in the next run.
  @AfterAll
  static void erase() {
    TestBed.kubectl("delete", "ns", "-l", "ephemeral.run/installation=" + INSTALLATION);
  }

  @Override
  public Engine engine() {
    return engine;
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
    return new Component.Container(
        name,
        new ArtifactOrder.Pulled(IMAGE, List.of("1")),
        Optional.of(8080),
        Map.of("URL", "${env.url}"),
        ResourcesSpec.DEFAULT,
        new Probe(Optional.empty(), Duration.ofSeconds(60)),
        restarts,
        Set.of());
  }

  @Override
  public Artifact.Image image(ArtifactOrder order) {
    return image;
  }

  @Override
  public ArtifactOrder.Pulled late() {
    return new ArtifactOrder.Pulled(IMAGE, List.of("late"));
  }

  @Override
  public void push() {
    pushed = true;
  }

  @Override
  public Component.Test test(String name) {
    return new Component.Test(
        new ComponentName(name), new ArtifactOrder.Pulled(IMAGE, List.of("1")), "true", Map.of());
  }
}
