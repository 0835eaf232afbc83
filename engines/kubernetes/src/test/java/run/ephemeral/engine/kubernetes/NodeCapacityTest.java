package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.cluster.ClusterSettings.Scheduling;
import run.ephemeral.core.engine.Capacity;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.testkit.EngineContract;
import run.ephemeral.testkit.TestBed;

/// What nodes have left, on a real cluster.
@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")
class NodeCapacityTest {
  private static final String INSTALLATION = TestEngine.installation();
  private static final Scheduling ANY =
      new Scheduling(Map.of(), List.of(), Optional.empty(), Optional.empty());

  @AfterAll
  static void erase() {
    TestEngine.erase(INSTALLATION);
  }

  /// Pods of other tests come and go on the same node meanwhile: one undisturbed try is enough.
  @Test
  void whatPodsRequestIsNotLeft() throws Exception {
    try (var cluster = TestEngine.of(INSTALLATION)) {
      var taken = 0.0;
      for (int tries = 0; tries < 10 && Math.abs(taken - 0.3) > 1e-6; tries++) {
        taken = takenByOneMore(cluster);
      }
      assertThat(taken).isCloseTo(0.3, within(1e-6));
    }
  }

  /// @return how many cores fewer are left once pods that request 0.3 run
  private static double takenByOneMore(TestEngine cluster) throws Exception {
    var nodes = new NodeCapacity(cluster.api, ANY);
    var before = nodes.ask();
    assertThat(before.cores()).isPositive();
    var resources = new ResourcesSpec(Optional.of("300m"), Optional.of("64Mi"));
    var web = TestEngine.web("web", 0, resources, Optional.empty(), 60);
    var apply = TestEngine.apply(web, TestEngine.image(TestBed.WEB, "1"));
    var environment = EngineContract.fresh();
    assertThat(cluster.perform(environment, apply)).isInstanceOf(Outcome.Done.class);
    assertThat(cluster.perform(environment, TestEngine.await(apply)))
        .isInstanceOf(Outcome.Done.class);
    return before.minus(nodes.ask()).cores();
  }

  @Test
  void whatWasPlacedLatelyIsNotLeft() throws Exception {
    try (var cluster = TestEngine.of(INSTALLATION)) {
      var nodes = new NodeCapacity(cluster.api, ANY);
      var left = nodes.left().orElseThrow();
      nodes.placed(new Capacity(1, 0));
      assertThat(nodes.left()).contains(left.minus(new Capacity(1, 0)));
    }
  }

  @Test
  void nodesThatPodsDoNotGoToDoNotCount() throws Exception {
    try (var cluster = TestEngine.of(INSTALLATION)) {
      var selector =
          new Scheduling(Map.of("no-such", "label"), List.of(), Optional.empty(), Optional.empty());
      assertThat(new NodeCapacity(cluster.api, selector).ask()).isEqualTo(Capacity.NONE);
    }
  }
}
