package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.kubernetes.object.Baseline;
import run.ephemeral.engine.kubernetes.object.Labels;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.TestBed;

/// Parts of the cluster itself that stand still or are gone. No other test may use the cluster
/// meanwhile.
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
@Tag("long")
class ClusterOutageTest {
  private static final String INSTALLATION = TestEngine.installation();
  private static final AtomicLong LAST_ID = new AtomicLong();

  private final EnvironmentKey environment;
  private final String namespace;
  private final TestEngine cluster;

  ClusterOutageTest() throws Exception {
    cluster = TestEngine.of(INSTALLATION);
    var id = LAST_ID.incrementAndGet();
    environment =
        new EnvironmentKey(new EnvironmentId(id), new EnvironmentName(INSTALLATION + "-" + id));
    namespace = environment.name().value();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @AfterAll
  static void erase() {
    TestEngine.erase(INSTALLATION);
  }

  private static String kubectl(String... arguments) {
    return TestBed.kubectl(arguments).strip();
  }

  private Step.Apply web() throws Exception {
    return TestEngine.apply(TestEngine.web("web"), TestEngine.image(TestBed.WEB, "1"));
  }

  private void erased() {
    Eventually.eventually(
        "the namespace is gone",
        () -> perform(new Step.Erase("test")).equals(new Outcome.Done("its namespace is gone")));
  }

  /// Says soon what holds a removal up.
  private String remains() {
    var labels = new Labels(INSTALLATION);
    var baseline = new Baseline(labels, ClusterSettings.DEFAULT);
    try {
      return new Namespaces(cluster.api, labels, baseline, Duration.ofSeconds(1))
          .remove(environment)
          .orElse("it is gone");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// A program of the test bed that stands still until this is closed.
  private record Stopped(String pid) implements AutoCloseable {
    static Stopped of(String program) throws IOException {
      var file = TestBed.kubeconfig().resolveSibling(program + ".pid");
      var stopped = new Stopped(Files.readString(file).split(" ", -1)[0]);
      stopped.signal("STOP");
      return stopped;
    }

    private void signal(String name) {
      try {
        var kill = new ProcessBuilder("kill", "-" + name, pid).inheritIO().start();
        assertThat(kill.waitFor()).isZero();
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() {
      signal("CONT");
    }
  }

  @Test
  void aDeadApiServiceIsNamedAsWhatKeepsEveryNamespace() throws Exception {
    var dead = INSTALLATION + ".never.test";
    var api =
        """
        {"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1.%s"},
         "spec":{"group":"%s","version":"v1","groupPriorityMinimum":100,"versionPriority":100,
         "insecureSkipTLSVerify":true,
         "service":{"namespace":"default","name":"nosuch","port":443}}}
        """
            .formatted(dead, dead);
    var sentence =
        ("API service `v1.%s` does not answer, and until it does, no namespace of the cluster can"
                + " be removed; mend it, or, if nobody needs it: kubectl delete apiservice v1.%s")
            .formatted(dead, dead);
    assertThat(ClusterCheck.of(cluster.api).troubles()).isEmpty();
    cluster.perform(environment, web());
    var file = Files.writeString(Files.createTempFile("api-", ".json"), api);
    try {
      kubectl("apply", "-f", file.toString());
      Eventually.eventually(
          "the cluster is in trouble",
          () -> ClusterCheck.of(cluster.api).troubles().equals(List.of(sentence)));
      Eventually.eventually("the namespace waits for it", () -> remains().equals(sentence));
    } finally {
      kubectl("delete", "apiservice", "v1." + dead, "--ignore-not-found");
      Files.delete(file);
    }
    erased();
    assertThat(ClusterCheck.of(cluster.api).troubles()).isEmpty();
  }

  @Test
  void aPodWhoseNodeStandsStillIsNamedWithItsNode() throws Exception {
    var web = web();
    cluster.perform(environment, web);
    assertThat(cluster.perform(environment, TestEngine.await(web)))
        .isInstanceOf(Outcome.Done.class);
    var pod = kubectl("-n", namespace, "get", "pod", "-o", "jsonpath={.items[0].metadata.name}");
    try (var _ = Stopped.of("kubelet")) {
      Eventually.eventually("the pod has time", () -> remains().contains("may take until"));
      Eventually.eventually(
          "the pod waits for its node",
          () ->
              remains()
                  .equals(
                      ("`pods %s` waits for its node `node1`, which has not ended it; if that node"
                              + " is gone for good: kubectl delete node node1")
                          .formatted(pod)));
    }
    erased();
  }

  @Test
  void anAccountThatComesLateIsWaitedForWithoutAFailure() throws Exception {
    var web = web();
    CompletableFuture<Outcome> applied;
    try (var _ = Stopped.of("controller-manager")) {
      applied = CompletableFuture.supplyAsync(() -> perform(web));
      Eventually.eventually(
          "the namespace is there without an account",
          () ->
              kubectl("get", "ns", namespace, "--ignore-not-found", "-o", "name")
                      .equals("namespace/" + namespace)
                  && kubectl("-n", namespace, "get", "serviceaccounts", "-o", "name").isEmpty());
      assertThat(applied).isNotDone();
    }
    assertThat(applied.get()).isEqualTo(new Outcome.Done("applied in a new namespace"));
    assertThat(perform(TestEngine.await(web))).isInstanceOf(Outcome.Done.class);
    erased();
  }

  private Outcome perform(Step.AtEngine step) {
    try {
      return cluster.perform(environment, step);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
