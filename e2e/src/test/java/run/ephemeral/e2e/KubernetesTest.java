package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Git;
import run.ephemeral.testkit.Plane;
import run.ephemeral.testkit.TestBed;

/// An app of images on a real cluster: a namespace for each pull request, found, asleep, awake,
/// updated, and gone.
@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KubernetesTest {
  /// Unlike those of other runs, since registries keep images.
  private static final String APP = "k" + Long.toString(System.currentTimeMillis(), 36);

  private static final String IMAGE = TestBed.REGISTRY + "/e2e/" + APP;
  private static final String NAME = "pr-" + APP + "-1";

  @TempDir static Path folder;
  static Plane plane;
  static Git git;

  @BeforeAll
  static void prepare() throws Exception {
    plane = new Plane(folder.resolve("home"));
    plane.environment.put("EPHEMERAL_PLAIN_REGISTRIES", TestBed.REGISTRY);
    plane.start();
    git = Git.init(Files.createDirectories(folder.resolve(APP)));
    git.write(
        "ephemeral.yaml",
        """
        app: %s
        services:
          web:
            image: %s
            port: 8080
            public: true
            env: { API: "${api.url}" }
            needs: [api]
          api:
            image: %s:1
            port: 8080
            resources: { cpu: 20m, memory: 64Mi }
        """
            .formatted(APP, IMAGE, TestBed.WEB));
    git.commit("an app of images");
  }

  @AfterAll
  static void end() {
    plane.close();
  }

  private static void answers(String text) {
    Eventually.eventually("it says " + text, () -> plane.page(NAME).body().equals(text));
  }

  private static String kubectl(String... arguments) {
    return TestBed.kubectl(arguments).strip();
  }

  private static String replicas() {
    return kubectl("-n", NAME, "get", "deploy", "web", "-o", "jsonpath={.spec.replicas}");
  }

  @Test
  @Order(1)
  void withoutAClusterTheAppIsRefusedAndAClusterThatDoesNotAnswerIsNotAdded() throws Exception {
    var refused = plane.cli("app", "add", git.folder().toString());
    assertThat(refused.code()).isNotZero();
    assertThat(refused.out()).contains("`web` has only an `image`");
    var file = Files.readString(TestBed.kubeconfig());
    var dead = Files.writeString(folder.resolve("dead"), file.replaceAll(":6443", ":6444"));
    var unreached = plane.cli("cluster", "add", "dead", "--kubeconfig", dead.toString());
    assertThat(unreached.out()).contains("does not answer");
    assertThat(plane.cli("cluster", "list").out()).contains("No clusters");
    var nowhere = plane.cli("app", "add", git.folder().toString(), "--cluster", "nope");
    assertThat(nowhere.code()).isEqualTo(3);
    assertThat(nowhere.out()).contains("there is no cluster `nope`");
  }

  @Test
  @Order(2)
  void anImageIsAwaitedAndThenServed() throws Exception {
    var config = TestBed.kubeconfig().toString();
    var added =
        plane.cli(
            "cluster", "add", "bed", "--kubeconfig", config, "--probe-image", TestBed.BUSYBOX);
    assertThat(added.code()).isZero();
    assertThat(added.out()).contains("network policy  enforced", "1 of 1 are ready");
    assertThat(Files.readString(plane.home.resolve("server.log"))).doesNotContain("BEGIN");
    assertThat(plane.cli("app", "add", git.folder().toString(), "--cluster", "bed").code())
        .isZero();
    git.branch("one", "a pull request");
    Eventually.eventually(
        "it waits for its image",
        () -> plane.get("/environments").toString().contains("waits for its image " + IMAGE));
    TestBed.pushWeb(IMAGE + ":PR-1", "first");
    plane.awaitPhase(NAME, "ready");
    answers("first");
    assertThat(plane.cli("show", NAME).out()).contains("bed");
  }

  @Test
  @Order(3)
  void whatTheClusterHasIsWhatWeSay() {
    var labels = kubectl("get", "ns", NAME, "-o", "jsonpath={.metadata.labels}");
    assertThat(labels)
        .contains("ephemeral.run/installation", "pod-security.kubernetes.io/enforce", "restricted");
    assertThat(kubectl("-n", NAME, "get", "deploy", "-o", "name"))
        .isEqualTo("deployment.apps/api\ndeployment.apps/web");
    assertThat(kubectl("-n", NAME, "get", "netpol,quota,limits", "-o", "name").lines()).hasSize(3);
    assertThat(kubectl("-n", NAME, "exec", "deploy/web", "--", "sh", "-c", "echo $API"))
        .isEqualTo("http://api");
  }

  @Test
  @Order(4)
  void aCommandRunsInThePod() throws Exception {
    var said = plane.cli("exec", NAME, "--", "sh", "-c", "echo hé; echo bad >&2; exit 3");
    assertThat(said.code()).isEqualTo(3);
    assertThat(said.out()).contains("hé", "bad");
    var unknown = plane.cli("exec", NAME, "--", "nosuch");
    assertThat(unknown.code()).isEqualTo(127);
    assertThat(unknown.out()).contains("nosuch");
  }

  @Test
  @Order(4)
  void aCommandReadsInputAndGetsATerminalWhereThereIsOne() throws Exception {
    var counted = new Typing(plane, "a\nb\n").into("exec", NAME, "-i", "--", "busybox", "wc", "-l");
    assertThat(counted).isEqualTo(new Plane.Said(0, "2\n"));
    var shell = new Typing(plane, "busybox tty; exit 7\n").inTerminal("exec", NAME, "--", "sh");
    assertThat(shell.out()).contains("/dev/pts/0");
    assertThat(shell.code()).isEqualTo(7);
  }

  @Test
  @Order(4)
  void aServiceThatIsNotPublicIsReachedByAForwardedPort() throws Exception {
    try (var forward = new Forward(plane, NAME, "api")) {
      assertThat(forward.get().statusCode()).isEqualTo(200);
    }
  }

  /// Exits 0 when the address answers within three seconds.
  private static boolean reaches(String address) throws Exception {
    var said =
        plane.cli(
            "exec", NAME, "-s", "api", "--", "busybox", "timeout", "3", "busybox", "wget", "-qO-",
            address);
    return said.code() == 0;
  }

  @Test
  @Order(4)
  void aPodReachesItsOwnServicesAndNeitherTheNodeNorOthers() throws Exception {
    assertThat(reaches("http://web")).isTrue();
    if (TestBed.isUp()) {
      assertThat(reaches("http://" + TestBed.REGISTRY + "/v2/")).isFalse();
    }
    assertThat(reaches("http://169.254.169.254/")).isFalse();
    var other = APP + "-other";
    kubectl("create", "ns", other);
    try {
      kubectl("-n", other, "create", "deployment", "web", "--image=" + TestBed.WEB + ":1");
      kubectl("-n", other, "wait", "deploy/web", "--for=condition=Available", "--timeout=60s");
      var address = kubectl("-n", other, "get", "pod", "-o", "jsonpath={.items[0].status.podIP}");
      var ours = kubectl("-n", NAME, "get", "pod", "-o", "jsonpath={.items[0].status.podIP}");
      var theirs = "busybox timeout 3 busybox wget -qO- http://%s:8080";
      var refused =
          kubectl(
              "-n",
              other,
              "exec",
              "deploy/web",
              "--",
              "sh",
              "-c",
              theirs.formatted(ours) + " || echo refused");
      assertThat(refused).endsWith("refused");
      var itself =
          kubectl("-n", other, "exec", "deploy/web", "--", "sh", "-c", theirs.formatted(address));
      assertThat(itself).isNotEmpty();
    } finally {
      kubectl("delete", "ns", other, "--wait=false");
    }
  }

  @Test
  @Order(5)
  void aVisitWakesWhatSleeps() throws Exception {
    assertThat(plane.cli("sleep", NAME, "--wait").code()).isZero();
    assertThat(replicas()).isEqualTo("0");
    assertThat(plane.page(NAME).body()).isEqualTo("first");
    assertThat(replicas()).isEqualTo("1");
  }

  @Test
  @Order(6)
  void anImageThatIsPushedAgainIsServed() {
    TestBed.pushWeb(IMAGE + ":PR-1", "second");
    answers("second");
  }

  @Test
  @Order(7)
  void aKilledControlPlaneFindsItAgainAndANamespaceThatIsDeletedIsMadeAgain() throws Exception {
    plane.kill();
    plane.start();
    answers("second");
    kubectl("delete", "ns", NAME, "--wait=true");
    answers("second");
  }

  @Test
  @Order(8)
  void aNamespaceOfAnotherIsNeitherUsedNorRemoved() throws Exception {
    var other = "pr-" + APP + "-2";
    kubectl("create", "ns", other);
    try {
      TestBed.pushWeb(IMAGE + ":PR-2", "two");
      git.branch("two", "another pull request");
      Eventually.eventually(
          "it says why",
          () ->
              plane.get("/environments").toString().contains("was not made for this environment"));
      assertThat(kubectl("-n", other, "get", "deploy", "-o", "name")).isEmpty();
      assertThat(plane.cli("destroy", other, "--wait").code()).isZero();
      assertThat(kubectl("get", "ns", other, "-o", "jsonpath={.status.phase}")).isEqualTo("Active");
    } finally {
      kubectl("delete", "ns", other, "--wait=false");
    }
  }

  @Test
  @Order(9)
  void doctorFindsANamespaceOfOursThatNobodyHas() throws Exception {
    var label = "ephemeral.run/installation";
    var installation =
        kubectl(
            "get",
            "ns",
            NAME,
            "-o",
            "jsonpath={.metadata.labels['%s']}".formatted(label.replace(".", "\\.")));
    var orphan = APP + "-orphan";
    kubectl("create", "ns", orphan);
    kubectl("label", "ns", orphan, label + "=" + installation, "ephemeral.run/environment=987654");
    try {
      var found = plane.cli("doctor");
      assertThat(found.out()).contains("namespace " + orphan);
      assertThat(plane.cli("doctor", "--fix", "--yes").code()).isZero();
      Eventually.eventually(
          "it is gone",
          () -> kubectl("get", "ns", orphan, "--ignore-not-found", "-o", "name").isEmpty());
      assertThat(plane.cli("doctor").out()).contains("everything that should be there is");
    } finally {
      kubectl("delete", "ns", orphan, "--ignore-not-found", "--wait=false");
    }
  }

  @Test
  @Order(10)
  void nothingIsLeft() throws Exception {
    assertThat(plane.cli("cluster", "remove", "bed").out()).contains("destroy");
    assertThat(plane.cli("app", "remove", APP).code()).isZero();
    Eventually.eventually(
        "no namespace is left",
        () -> kubectl("get", "ns", NAME, "--ignore-not-found", "-o", "name").isEmpty());
    Eventually.eventually("the cluster is removed", () -> removed());
  }

  private static boolean removed() {
    try {
      return plane.cli("cluster", "remove", "bed").code() == 0;
    } catch (java.io.IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
