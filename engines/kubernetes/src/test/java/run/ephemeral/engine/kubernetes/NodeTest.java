package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.engine.Workload;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.TestBed;

/// A node that evicts a pod, and then falls silent: one that is played, so that nobody else has to
/// do without the real one.
@Tag("long")
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
class NodeTest {
  private static final String INSTALLATION = TestEngine.installation();
  private static final String NODE = INSTALLATION + "-node";
  private static final EnvironmentKey ENVIRONMENT =
      new EnvironmentKey(new EnvironmentId(1), new EnvironmentName(INSTALLATION));

  private final TestEngine cluster;

  NodeTest() throws Exception {
    var none = ClusterSettings.DEFAULT;
    var there =
        new ClusterSettings.Scheduling(
            Map.of("played", NODE), List.of(), Optional.empty(), Optional.empty());
    var settings =
        new ClusterSettings(
            none.environments(),
            none.reach(),
            none.podSecurity(),
            none.sizes(),
            there,
            none.marks(),
            none.inside());
    cluster =
        new TestEngine(
            INSTALLATION, Files.readString(TestBed.kubeconfig()), settings, TestEngine.NO_IMAGES);
    var node = Files.createTempFile("node-", ".yaml");
    Files.writeString(
        node,
        """
        apiVersion: v1
        kind: Node
        metadata:
          name: %1$s
          labels: { type: kwok, played: %1$s }
        """
            .formatted(NODE));
    TestBed.kubectl("apply", "-f", node.toString());
    Files.delete(node);
  }

  @AfterEach
  void close() {
    cluster.close();
    TestBed.kubectl("delete", "node", NODE, "--ignore-not-found");
    TestEngine.erase(INSTALLATION);
  }

  private Workload workload() {
    var running = (Running.Workloads) cluster.engine.observe(ENVIRONMENT).running();
    return Optional.ofNullable(running.byComponent().get(new ComponentName("web"))).orElseThrow();
  }

  private static void kubectl(String command) {
    TestBed.kubectl(("-n " + INSTALLATION + " " + command).split(" "));
  }

  private void done(Step.AtEngine step) throws InterruptedException {
    assertThat(cluster.perform(ENVIRONMENT, step)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void aNodeThatFallsSilentIsNamed() throws Exception {
    var web = TestEngine.web("web", 0, ResourcesSpec.DEFAULT, Optional.empty(), 1);
    var apply = TestEngine.apply(web, TestEngine.image(TestBed.WEB, "1"));
    done(apply);
    Eventually.eventually("it is ready", () -> workload().isReady());
    var pod = TestBed.kubectl("-n", INSTALLATION, "get", "pods", "-o", "name").strip();
    TestBed.kubectl(
        "-n",
        INSTALLATION,
        "patch",
        pod,
        "--subresource=status",
        "-p",
        """
        {"status":{"phase":"Failed","reason":"Evicted","message":"The node was low on resource: \
        ephemeral-storage.","conditions":[{"type":"Ready","status":"False"}]}}\
        """);
    Eventually.eventually("another pod is ready", () -> workload().isReady());

    // From now on nobody plays it.
    kubectl("label node " + NODE + " type-");
    Eventually.eventually("it is silent", () -> !workload().isReady());
    var why = "its node `%s` does not answer the cluster".formatted(NODE);
    assertThat(workload().trouble()).contains(why);
    var outcome = cluster.perform(ENVIRONMENT, TestEngine.await(apply));
    assertThat(((Outcome.Failed) outcome).fault().message()).isEqualTo(why + " (waited 1 s)");
  }
}
