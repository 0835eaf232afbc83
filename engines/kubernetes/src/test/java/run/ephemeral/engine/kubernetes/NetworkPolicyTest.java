package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.engine.kubernetes.object.Labels;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.TestBed;

/// Which pods of the cluster reach the services of an environment.
@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")
class NetworkPolicyTest {
  private static final String INSTALLATION = TestEngine.installation();
  private static final String OURS = Labels.INSTALLATION + "=" + INSTALLATION;
  private static final String GATEWAY = "app.kubernetes.io/component=gateway";
  private static final String PLATFORM = INSTALLATION + "-platform";
  private static final String STRANGER = INSTALLATION + "-stranger";

  private final TestEngine cluster;

  NetworkPolicyTest() throws Exception {
    cluster = TestEngine.of(INSTALLATION);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @AfterAll
  static void erase() {
    TestBed.kubectl("delete", "ns", "--ignore-not-found", PLATFORM, STRANGER, "--wait=false");
    TestEngine.erase(INSTALLATION);
  }

  private static String kubectl(String... arguments) {
    return TestBed.kubectl(arguments).strip();
  }

  private static boolean reaches(String namespace, String pod, String address) {
    var get = "busybox timeout 3 busybox wget -qO- http://%s || echo refused".formatted(address);
    return !kubectl("-n", namespace, "exec", pod, "--", "sh", "-c", get).endsWith("refused");
  }

  @Test
  void theGatewayOfThisInstallationIsLetInAndNoOtherPodIs() throws Exception {
    var environment =
        new EnvironmentKey(new EnvironmentId(1), new EnvironmentName(INSTALLATION + "-a"));
    var namespace = environment.name().value();
    var apply = TestEngine.apply(TestEngine.web("web"), TestEngine.image(TestBed.WEB, "1"));
    assertThat(cluster.perform(environment, apply)).isInstanceOf(Outcome.Done.class);
    kubectl("create", "ns", PLATFORM);
    kubectl("create", "ns", STRANGER);
    // What stands in for the namespace of another environment lets everything out.
    kubectl("label", "ns", STRANGER, Labels.ENVIRONMENT + "=2");
    var theirs = Labels.INSTALLATION + "=theirs";
    var pods =
        Map.of(
            "gateway",
            GATEWAY + "," + OURS,
            "nobody",
            "app=nobody",
            "theirs",
            GATEWAY + "," + theirs,
            "ours",
            OURS);
    pods.forEach((pod, labels) -> run(PLATFORM, pod, labels));
    run(STRANGER, "gateway", GATEWAY + "," + OURS);
    kubectl("-n", PLATFORM, "wait", "pod", "--all", "--for=condition=Ready", "--timeout=90s");
    kubectl("-n", STRANGER, "wait", "pod", "--all", "--for=condition=Ready", "--timeout=90s");
    assertThat(cluster.perform(environment, TestEngine.await(apply)))
        .isInstanceOf(Outcome.Done.class);
    var ip = kubectl("-n", namespace, "get", "pod", "-o", "jsonpath={.items[0].status.podIP}");
    var service = "web." + namespace + ".svc";
    Eventually.eventually(
        "the gateway reaches the pod", () -> reaches(PLATFORM, "gateway", ip + ":8080"));
    // The name and the rules of the Service come a little later on a busy node.
    Eventually.eventually(
        "the gateway reaches the service", () -> reaches(PLATFORM, "gateway", service));
    assertThat(
            pods.keySet().stream()
                .filter(pod -> reaches(PLATFORM, pod, ip + ":8080"))
                .collect(Collectors.toSet()))
        .containsExactly("gateway");
    assertThat(reaches(STRANGER, "gateway", ip + ":8080")).isFalse();
    assertThat(reaches(STRANGER, "gateway", "127.0.0.1:8080")).isTrue();
  }

  private static void run(String namespace, String pod, String labels) {
    kubectl("-n", namespace, "run", pod, "--image=" + TestBed.WEB + ":1", "--labels=" + labels);
  }
}
