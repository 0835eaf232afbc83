package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.testkit.TestBed;

/// Sleep and wake, when somebody else changes the same objects.
@Tag("long")
@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")
class SleepTest {
  private static final String INSTALLATION = TestEngine.installation();
  private static final String AWAKE = "ephemeral.run/awake-replicas";

  private TestEngine cluster;
  private TestNamespace place;
  private Artifact.Image web;

  @BeforeEach
  void open() throws Exception {
    cluster = TestEngine.of(INSTALLATION);
    place = TestNamespace.of(cluster);
    web = TestEngine.image(TestBed.WEB, "1");
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @AfterAll
  static void erase() {
    TestEngine.erase(INSTALLATION);
  }

  private String replicas() {
    return place.kubectl("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}");
  }

  private String generation() {
    return place.kubectl("get", "deploy", "web", "-o", "jsonpath={.metadata.generation}");
  }

  private Step.Apply update(int restarts) throws InterruptedException {
    var small = new ResourcesSpec(Optional.of("10m"), Optional.of("32Mi"));
    return place.apply(TestEngine.web("web", restarts, small, Optional.empty(), 60), web);
  }

  @Test
  void theNumberOfPodsThatItsAnnotationSaysComesBack() throws Exception {
    var step = update(0);
    place.scale("web", false);
    assertThat(replicas()).isEqualTo("0");
    place.kubectl("annotate", "deploy", "web", "--overwrite", AWAKE + "=3");
    place.scale("web", true);
    assertThat(replicas()).isEqualTo("3");
    assertThat(place.await(step)).isEmpty();
    assertThat(place.workload("web").ready()).isEqualTo(3);
  }

  @Test
  void asleepTwiceIsAsleepOnce() throws Exception {
    update(0);
    place.scale("web", false);
    var before = generation();
    place.scale("web", false);
    assertThat(generation()).isEqualTo(before);
    assertThat(place.kubectl("get", "deploy", "web", "-o", "jsonpath={.metadata.annotations}"))
        .contains("\"" + AWAKE + "\":\"1\"");
  }

  @Test
  void withoutItsAnnotationItWakesToOnePod() throws Exception {
    update(0);
    place.scale("web", false);
    place.kubectl("annotate", "deploy", "web", AWAKE + "-");
    place.scale("web", true);
    assertThat(replicas()).isEqualTo("1");
  }

  @Test
  void whatAPersonScaledComesBackAsItWas() throws Exception {
    var step = update(0);
    assertThat(place.await(step)).isEmpty();
    place.kubectl("scale", "deploy", "web", "--replicas=3");
    place.scale("web", false);
    assertThat(replicas()).isEqualTo("0");
    place.scale("web", true);
    assertThat(replicas()).isEqualTo("3");
    assertThat(place.await(step)).isEmpty();
    assertThat(place.workload("web").ready()).isEqualTo(3);
  }

  @Test
  void asleepTwiceIsAsleepOnceAndLosesNoCount() throws Exception {
    update(0);
    place.kubectl("scale", "deploy", "web", "--replicas=2");
    place.scale("web", false);
    var before = generation();
    place.scale("web", false);
    assertThat(generation()).isEqualTo(before);
    place.scale("web", true);
    assertThat(replicas()).isEqualTo("2");
  }

  /// Zero pods never become ready: a visitor would wait for nothing.
  @Test
  void withAnAnnotationOfZeroItWakesToOnePod() throws Exception {
    update(0);
    place.scale("web", false);
    place.kubectl("annotate", "deploy", "web", "--overwrite", AWAKE + "=0");
    place.scale("web", true);
    assertThat(replicas()).isEqualTo("1");
  }

  @Test
  void whatAPersonScalesWhileItSleepsIsAwakeAndSleepsAgainWhenTold() throws Exception {
    var step = update(0);
    place.scale("web", false);
    place.kubectl("scale", "deploy", "web", "--replicas=2");
    assertThat(place.workload("web").asleep()).isFalse();
    assertThat(place.await(step)).isEmpty();
    place.scale("web", false);
    assertThat(place.workload("web").asleep()).isTrue();
    place.scale("web", true);
    assertThat(replicas()).isEqualTo("2");
  }

  @Test
  void aDisruptionBudgetThatKeepsPodsFromADrainKeepsNobodyFromSleep() throws Exception {
    var step = update(0);
    assertThat(place.await(step)).isEmpty();
    place.kubectl(
        "create", "pdb", "all", "--selector=ephemeral.run/component=web", "--min-available=100%");
    place.kubectl("wait", "pdb/all", "--for=jsonpath={.status.expectedPods}=1", "--timeout=60s");
    var pod = place.kubectl("get", "pod", "-o", "jsonpath={.items[0].metadata.name}");
    assertThat(evict(pod)).contains("disruption budget");
    assertThat(place.workload("web").isReady()).isTrue();
    place.scale("web", false);
    assertThat(place.workload("web").ready()).isZero();
  }

  /// As `kubectl drain` does.
  private String evict(String pod) {
    var path = "/api/v1/namespaces/%s/pods/%s".formatted(place.key().name(), pod);
    var eviction = JsonNodeFactory.instance.objectNode();
    eviction.put("apiVersion", "policy/v1").put("kind", "Eviction");
    eviction.withObject("metadata").put("name", pod);
    try {
      return cluster.api.create(path + "/eviction", eviction).toString();
    } catch (ApiException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void sleepDuringAnUpdateEndsBothVersionsAndTheNewOneWakes() throws Exception {
    var step = update(0);
    assertThat(place.await(step)).isEmpty();
    var next = update(1);
    place.scale("web", false);
    var asleep = place.workload("web");
    assertThat(asleep.asleep()).isTrue();
    assertThat(asleep.ready() + asleep.older()).isZero();
    place.scale("web", true);
    assertThat(place.await(next)).isEmpty();
  }

  @Test
  void anUpdateOfWhatSleepsIsTheOneThatWakes() throws Exception {
    update(0);
    place.scale("web", false);
    var next = update(1);
    assertThat(place.await(next)).isEmpty();
    assertThat(place.workload("web").older()).isZero();
  }

  @Test
  void aWakeDuringTheRemovalMakesNothing() throws Exception {
    update(0);
    place.scale("web", false);
    place.kubectl("create", "configmap", "held");
    var held = "{\"metadata\":{\"finalizers\":[\"test.ephemeral.run/held\"]}}";
    place.kubectl("patch", "configmap", "held", "--type=merge", "-p", held);
    var name = place.key().name().value();
    TestBed.kubectl("delete", "ns", name, "--wait=false");
    try {
      assertThat(cluster.perform(place.key(), TestEngine.scale("web", true)))
          .isInstanceOf(Outcome.Done.class);
      var again = cluster.perform(place.key(), TestEngine.apply(TestEngine.web("web"), web));
      assertThat(((Outcome.Failed) again).fault().message())
          .isEqualTo(
              "its namespace is being removed from the cluster; it is made again after that");
      var pods = cluster.api.list("/api/v1/namespaces/" + name + "/pods", Map.of());
      assertThat(pods).allMatch(Namespaces::isTerminating);
    } finally {
      place.kubectl(
          "patch", "configmap", "held", "--type=merge", "-p", held.replaceAll("\\[.*]", "null"));
    }
  }
}
