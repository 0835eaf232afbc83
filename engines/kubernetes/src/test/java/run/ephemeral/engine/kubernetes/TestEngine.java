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
import run.ephemeral.core.Digest;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.artifact.PullSecrets;
import run.ephemeral.core.cluster.ClusterSettings;
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
import run.ephemeral.testkit.FaultProxy;
import run.ephemeral.testkit.TestBed;

/// An engine on the test bed, with the steps that tests perform.
final class TestEngine implements AutoCloseable {
  final ApiServer api;
  final KubernetesEngine engine;

  /// @param installation the label of everything that is made
  /// @param kubeconfig its text
  /// @param artifacts the images of tests
  TestEngine(
      String installation, String kubeconfig, ClusterSettings settings, Artifacts artifacts) {
    this(installation, kubeconfig, settings, artifacts, images -> Optional.empty());
  }

  /// @param secrets the sign-ins of registries
  TestEngine(
      String installation,
      String kubeconfig,
      ClusterSettings settings,
      Artifacts artifacts,
      PullSecrets secrets) {
    api = new ApiServer(Kubeconfig.read(kubeconfig, Optional.empty()));
    engine =
        new KubernetesEngine(
            new ClusterName("test"),
            api,
            settings,
            new KubernetesEngine.Common(
                installation,
                () -> new Domain("http", "localhost", 8080),
                artifacts,
                secrets,
                new FakeSwitchboard(),
                new Leases(),
                (id, fence) -> true));
  }

  /// An installation whose name no other run has, since a cluster outlives the tests.
  static String installation() {
    return "test-" + Long.toString(System.nanoTime(), 36);
  }

  /// Removes what an installation left.
  static void erase(String installation) {
    TestBed.kubectl("delete", "ns", "-l", "ephemeral.run/installation=" + installation);
  }

  static TestEngine of(String installation) throws Exception {
    return new TestEngine(
        installation, Files.readString(TestBed.kubeconfig()), ClusterSettings.DEFAULT, NO_IMAGES);
  }

  /// One whose requests go through a proxy.
  static TestEngine behind(FaultProxy proxy, String installation) throws Exception {
    return new TestEngine(
        installation, kubeconfig(proxy.url()), ClusterSettings.DEFAULT, NO_IMAGES);
  }

  /// The test bed's kubeconfig with another address.
  static String kubeconfig(String server) throws Exception {
    return Files.readString(TestBed.kubeconfig())
        .replaceFirst("server: \"[^\"]+\"", "server: \"%s\"".formatted(server));
  }

  static final Artifacts NO_IMAGES =
      new Artifacts() {
        @Override
        public Map<Digest, Artifact> known(Set<ArtifactOrder> orders) {
          return Map.of();
        }

        @Override
        public Outcome perform(EnvironmentKey environment, Step.OfArtifact step, Fence fence) {
          return new Outcome.NotYet();
        }
      };

  /// An image of a registry by its tag, with the digest that the registry says.
  static Artifact.Image image(String name, String tag) throws Exception {
    var parts = name.split("/", 2);
    var uri = URI.create("http://%s/v2/%s/manifests/%s".formatted(parts[0], parts[1], tag));
    var request =
        HttpRequest.newBuilder(uri)
            .method("HEAD", BodyPublishers.noBody())
            .header("Accept", "application/vnd.oci.image.manifest.v1+json")
            .build();
    try (var http = HttpClient.newHttpClient()) {
      var answer = http.send(request, BodyHandlers.discarding());
      var digest = answer.headers().firstValue("Docker-Content-Digest").orElseThrow();
      return new Artifact.Image(name, tag, digest);
    }
  }

  /// A service of the test bed's web server.
  static Component.Container web(String name) {
    return web(name, 0, ResourcesSpec.DEFAULT, Optional.empty(), 60);
  }

  static Component.Container web(
      String name,
      int restarts,
      ResourcesSpec resources,
      Optional<String> health,
      int withinSeconds) {
    return new Component.Container(
        new ComponentName(name),
        new ArtifactOrder.Pulled(TestBed.WEB, List.of("1")),
        Optional.of(8080),
        Map.of("URL", "${env.url}"),
        resources,
        new Probe(health, Duration.ofSeconds(withinSeconds)),
        restarts,
        Set.of());
  }

  /// The step that applies a service with this image.
  static Step.Apply apply(Component.Container service, Artifact.Image image) {
    var images = new HashMap<Digest, Artifact.Image>();
    service.artifacts().forEach(order -> images.put(order.key(), image));
    return new Step.Apply(service, service.digest(List.of(image.reference())), images, "test");
  }

  static Step.AwaitReady await(Step.Apply apply) {
    return new Step.AwaitReady(
        apply.deployable().name(), apply.digest(), apply.deployable().probe(), "test");
  }

  static Step.Scale scale(String service, boolean up) {
    return new Step.Scale(new ComponentName(service), up, "test");
  }

  Outcome perform(EnvironmentKey environment, Step.AtEngine step) throws InterruptedException {
    return engine.perform(environment, step, new Fence(1, 1));
  }

  @Override
  public void close() {
    engine.close();
  }
}
