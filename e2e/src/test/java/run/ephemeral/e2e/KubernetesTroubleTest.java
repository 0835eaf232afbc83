package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Git;
import run.ephemeral.testkit.Plane;
import run.ephemeral.testkit.TestBed;

/// What people and visitors read when images and wakes of a cluster fail, and what a crowd costs.
@Tag("long")
@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KubernetesTroubleTest {
  /// Unlike those of other runs, since registries keep images.
  private static final String APP = "t" + Long.toString(System.currentTimeMillis(), 36);

  private static final String IMAGE = TestBed.REGISTRY + "/e2e/" + APP;
  private static final String NAME = "pr-" + APP + "-1";
  private static final int CROWD = 1000;

  @TempDir static Path folder;
  static Plane plane;

  @BeforeAll
  static void prepare() throws Exception {
    plane = new Plane(folder.resolve("home"));
    plane.environment.put("EPHEMERAL_PLAIN_REGISTRIES", TestBed.REGISTRY);
    plane.start();
    var git = Git.init(Files.createDirectories(folder.resolve(APP)));
    git.write(
        "ephemeral.yaml",
        """
        app: %s
        services:
          web:
            image: %s
            port: 8080
            public: true
            ready_within: 5s
            resources: { cpu: 20m, memory: 64Mi }
        """
            .formatted(APP, IMAGE));
    git.commit("an app of an image");
    var config = TestBed.kubeconfig().toString();
    assertThat(plane.cli("cluster", "add", "bed", "--kubeconfig", config).code()).isZero();
    assertThat(plane.cli("app", "add", git.folder().toString(), "--cluster", "bed").code())
        .isZero();
    push("other", "linux", "arm64");
    git.branch("one", "a pull request");
  }

  @AfterAll
  static void end() throws Exception {
    plane.cli("app", "remove", APP);
    Eventually.eventually(
        "no namespace is left",
        () -> TestBed.kubectl("get", "ns", NAME, "--ignore-not-found", "-o", "name").isEmpty());
    Eventually.eventually("it is gone", () -> plane.get("/environments").isEmpty());
    plane.close();
  }

  /// Pushes an index with one image.
  private static void push(String text, String system, String architecture) {
    TestBed.pushWeb(IMAGE + ":" + text, text);
    var manifests = "http://" + IMAGE.replaceFirst("/", "/v2/") + "/manifests/";
    var manifest = "application/vnd.oci.image.manifest.v1+json";
    var get = HttpRequest.newBuilder(URI.create(manifests + text)).header("Accept", manifest);
    var found = plane.send(get.build());
    var index =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
        {"mediaType":"%s","digest":"%s","size":%d,"platform":{"os":"%s","architecture":"%s"}}]}
        """
            .formatted(
                manifest,
                found.headers().firstValue("Docker-Content-Digest").orElseThrow(),
                found.body().getBytes(UTF_8).length,
                system,
                architecture);
    var put =
        HttpRequest.newBuilder(URI.create(manifests + "PR-1"))
            .header("Content-Type", "application/vnd.oci.image.index.v1+json")
            .PUT(BodyPublishers.ofString(index));
    assertThat(plane.send(put.build()).statusCode()).isEqualTo(201);
  }

  private static String kubectl(String... arguments) {
    var all = new ArrayList<String>();
    all.add("-n");
    all.add(NAME);
    all.addAll(List.of(arguments));
    return TestBed.kubectl(all.toArray(String[]::new)).strip();
  }

  private static void says(String text) {
    Eventually.eventually(
        "it says " + text, () -> plane.environment(NAME).toString().contains(text));
  }

  @Test
  @Order(1)
  void anImageForOtherNodesIsRefusedUntilOneForTheseIsPushed() throws Exception {
    says("image %s:PR-1 has no linux/amd64: it has linux/arm64".formatted(IMAGE));
    push("ours", "linux", "amd64");
    plane.awaitPhase(NAME, "ready");
    assertThat(plane.page(NAME).body()).isEqualTo("ours");
  }

  private static String generation() {
    return kubectl("get", "deploy", "web", "-o", "jsonpath={.metadata.generation}");
  }

  @Test
  @Order(2)
  void aCrowdAtASleepingEnvironmentIsOneWakeAndOneWrite() throws Exception {
    assertThat(plane.cli("sleep", NAME, "--wait").code()).isZero();
    var before = Integer.parseInt(generation());
    var visits = new ArrayList<Callable<HttpResponse<String>>>();
    for (int i = 0; i < CROWD; i++) {
      visits.add(() -> plane.page(NAME));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var visit : threads.invokeAll(visits)) {
        // A pod may refuse some of so many connections at once, which the gateway answers with 502.
        assertThat(visit.get().statusCode()).isIn(200, 502);
      }
    }
    assertThat(plane.page(NAME).body()).isEqualTo("ours");
    assertThat(generation()).isEqualTo(Integer.toString(before + 1));
    assertThat(plane.events(NAME)).filteredOn(event -> event.contains("wakes")).hasSize(1);
  }

  @Test
  @Order(3)
  void aWakeThatAQuotaRefusesSaysWhyAndServesOnceThereIsRoom() throws Exception {
    assertThat(plane.cli("sleep", NAME, "--wait").code()).isZero();
    kubectl("create", "quota", "none", "--hard=limits.memory=1Mi");
    Eventually.eventually(
        "the quota is in force",
        () -> !kubectl("get", "quota", "none", "-o", "jsonpath={.status.used}").isEmpty());
    var page = plane.page(NAME);
    assertThat(page.body()).contains("the cluster makes no pod: exceeded quota: none");
    says("the cluster makes no pod: exceeded quota: none, requested: limits.memory=64Mi");
    kubectl("delete", "quota", "none");
    plane.awaitPhase(NAME, "ready");
    assertThat(plane.page(NAME).body()).isEqualTo("ours");
  }

  @Test
  @Order(4)
  void aProgramThatLoopsShowsTheEndOfItsLog() throws Exception {
    TestBed.pushScript(IMAGE + ":PR-1", "echo 'no database at db:5432' >&2; exit 3");
    says("the end of its log: no database at db:5432");
    assertThat(plane.cli("show", NAME).out()).contains("exit 3");
    assertThat(plane.page(NAME).body()).as("the version before still serves").isEqualTo("ours");
  }
}
