package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.TestBed;

/// Environments in namespaces with quotas that a platform team set.
@Tag("long")
@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")
class QuotaTest {
  private static final int MANY = 8;

  private final String installation = TestEngine.installation();
  private TestEngine cluster;
  private TestNamespace place;
  private Artifact.Image web;

  @BeforeEach
  void open() throws Exception {
    cluster = TestEngine.of(installation);
    place = TestNamespace.of(cluster);
    web = TestEngine.image(TestBed.WEB, "1");
  }

  @AfterEach
  void erase() {
    cluster.close();
    TestEngine.erase(installation);
  }

  private static Component.Container service(String name, String memory, int within) {
    var resources = new ResourcesSpec(Optional.empty(), Optional.of(memory));
    return TestEngine.web(name, 0, resources, Optional.empty(), within);
  }

  private String memoryLimit(String service) {
    var path = "jsonpath={.items[0].spec.containers[0].resources.limits.memory}";
    return place.kubectl("get", "pod", "-l", "ephemeral.run/component=" + service, "-o", path);
  }

  @Test
  void aServiceWithoutLimitsGetsThoseOfTheLimitRangeAndOneOverTheQuotaSaysUsedAndHard()
      throws Exception {
    place.apply(TestEngine.web("first"), web);
    place.kubectl("create", "quota", "memory", "--hard=limits.memory=600Mi");
    Eventually.eventually(
        "the quota counts what is there",
        () ->
            place
                .kubectl("get", "quota", "memory", "-o", "jsonpath={.status.used}")
                .contains("512Mi"));
    assertThat(memoryLimit("first")).isEqualTo("512Mi");
    place.apply(service("second", "100Mi", 60), web);
    place.says(
        "second",
        "the cluster makes no pod: exceeded quota: memory, requested: limits.memory=100Mi, used:"
            + " limits.memory=512Mi, limited: limits.memory=600Mi");
  }

  @Test
  void whatAQuotaRefusesAtWakeWaitsWithTheReasonAndServesOnceThereIsRoom() throws Exception {
    var step = place.serve(service("web", "32Mi", 3), web);
    place.scale("web", false);
    place.kubectl("create", "quota", "none", "--hard=limits.memory=1Mi");
    Eventually.eventually(
        "the quota is in force",
        () -> !place.kubectl("get", "quota", "none", "-o", "jsonpath={.status.used}").isEmpty());
    place.scale("web", true);
    // The pod of before is used until it has ended.
    assertThat(place.await(step).orElse("ready"))
        .matches(
            "the cluster makes no pod: exceeded quota: none, requested: limits.memory=32Mi, used:"
                + " limits.memory=(32Mi|0), limited: limits.memory=1Mi \\(waited 3 s\\)");
    assertThat(place.workload("web").isReady()).isFalse();
    assertThat(place.workload("web").asleep()).isFalse();
    place.kubectl("delete", "quota", "none");
    Eventually.eventually("it serves", () -> place.workload("web").isReady());
  }

  /// Every pod and object counts in the quota, whose status is changed by each of them.
  @Test
  void manyAtOnceInterfereNeitherWithEachOtherNorWithTheQuota() throws Exception {
    place.apply(service("first", "16Mi", 60), web);
    place.kubectl(
        "create",
        "quota",
        "many",
        "--hard=services=50,count/deployments.apps=50,limits.memory=9Gi");
    var steps = new ArrayList<Callable<Outcome>>();
    for (int i = 0; i < MANY; i++) {
      var apply = TestEngine.apply(service("web-" + i, "16Mi", 60), web);
      steps.add(() -> cluster.perform(place.key(), apply));
    }
    List<Future<Outcome>> outcomes;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      outcomes = threads.invokeAll(steps);
    }
    for (var outcome : outcomes) {
      assertThat(outcome.get()).isInstanceOf(Outcome.Done.class);
    }
    for (int i = 0; i < MANY; i++) {
      var service = "web-" + i;
      Eventually.eventually(service + " serves", () -> place.workload(service).isReady());
    }
  }
}
