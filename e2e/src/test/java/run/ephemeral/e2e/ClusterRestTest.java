package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
import run.ephemeral.testkit.FaultProxy;
import run.ephemeral.testkit.Git;
import run.ephemeral.testkit.Plane;
import run.ephemeral.testkit.TestBed;

/// What a cluster costs at rest, and credentials that change while the control plane runs, with the
/// kubeconfig on its own disk.
@Tag("long")
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterRestTest {
  private static final String APP = "r" + Long.toString(System.currentTimeMillis(), 36);
  private static final List<String> NAMES =
      List.of("pr-" + APP + "-1", "pr-" + APP + "-2", "pr-" + APP + "-3");
  private static final Duration REST = Duration.ofSeconds(30);

  @TempDir static Path folder;
  static FaultProxy proxy;
  static Plane plane;
  static Path kubeconfig;

  @BeforeAll
  static void prepare() throws Exception {
    proxy = FaultProxy.open();
    plane = new Plane(folder.resolve("home"));
    plane.environment.put("EPHEMERAL_PLAIN_REGISTRIES", TestBed.REGISTRY);
    plane.start();
    var folders = Files.createDirectories(plane.home.resolve("kubeconfigs"));
    kubeconfig = Files.writeString(folders.resolve("bed.yaml"), to(proxy));
    assertThat(plane.cli("cluster", "add", "bed", "--on-server").code()).isZero();
    var git = Git.init(Files.createDirectories(folder.resolve(APP)));
    git.write(
        "ephemeral.yaml",
        """
        app: %s
        services:
          web:
            image: %s:1
            port: 8080
            public: true
        """
            .formatted(APP, TestBed.WEB));
    git.commit("an app of one image");
    assertThat(plane.cli("app", "add", git.folder().toString(), "--cluster", "bed").code())
        .isZero();
    for (var branch : List.of("one", "two", "three")) {
      git.branch(branch, "a pull request");
    }
    NAMES.forEach(name -> plane.awaitPhase(name, "ready"));
  }

  @AfterAll
  static void end() throws Exception {
    try {
      plane.cli("app", "remove", APP);
      Eventually.eventually("nothing is left", () -> plane.get("/environments").isEmpty());
    } finally {
      plane.close();
      proxy.close();
      NAMES.forEach(
          name -> TestBed.kubectl("delete", "ns", name, "--ignore-not-found", "--wait=false"));
    }
  }

  /// The test bed's kubeconfig, which leads to a proxy.
  private static String to(FaultProxy proxy) throws Exception {
    return Files.readString(TestBed.kubeconfig())
        .replaceFirst("server: \"[^\"]+\"", "server: \"%s\"".formatted(proxy.url()));
  }

  private static String pods(String name) {
    return TestBed.kubectl("-n", name, "get", "pods", "-o", "name");
  }

  @Test
  @Order(1)
  void environmentsThatSleepCostNoRequests() throws Exception {
    for (var name : NAMES) {
      assertThat(plane.cli("sleep", name, "--wait").code()).isZero();
    }
    for (var name : NAMES) {
      Eventually.eventually("its pods have ended", () -> pods(name).isEmpty());
    }
    Eventually.eventually("all was said", () -> proxy.next(Duration.ofSeconds(3)).isEmpty());
    assertThat(proxy.next(REST)).isEmpty();
    assertThat(plane.page(NAMES.getFirst()).body()).isEqualTo("hello\n");
  }

  @Test
  @Order(2)
  void aFileThatLeadsElsewhereIsFollowed() throws Exception {
    try (var other = FaultProxy.open()) {
      Files.writeString(kubeconfig, to(other));
      Eventually.eventually("it is followed", () -> other.counts().containsKey("WATCH"));
      proxy.forget();
      assertThat(plane.page(NAMES.get(1)).body()).isEqualTo("hello\n");
      assertThat(proxy.counts()).isEmpty();
      Files.writeString(kubeconfig, to(proxy));
      Eventually.eventually("and back", () -> proxy.counts().containsKey("WATCH"));
    }
  }

  @Test
  @Order(3)
  void credentialsThatAreRevokedAreSaidAndNewOnesHeal() throws Exception {
    var name = NAMES.getLast();
    var token = "user: { token: revoked }}]";
    Files.writeString(
        kubeconfig,
        Files.readString(TestBed.kubeconfig()).replaceFirst("user: \\{client.*\\}\\}\\]", token));
    proxy.forget();
    try {
      Eventually.eventually("it is read", () -> log().contains("does not accept"));
      plane.command(name, "wake");
      Eventually.eventually(
          "it is said",
          () ->
              plane
                  .environment(name)
                  .toString()
                  .contains(
                      "the cluster: the API server at 198.18.128.1:6443 does not accept the"
                          + " credentials: they may have been revoked; use a newer kubeconfig"
                          + " (`cluster renew`)"));
    } finally {
      Files.writeString(kubeconfig, to(proxy));
    }
    Eventually.eventually("it is watched", () -> proxy.counts().containsKey("WATCH"));
    plane.command(name, "wake");
    plane.awaitPhase(name, "ready");
  }

  private static String log() {
    try {
      return Files.readString(plane.home.resolve("server.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
