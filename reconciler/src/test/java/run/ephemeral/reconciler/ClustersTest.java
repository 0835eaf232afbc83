package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Fault;
import run.ephemeral.core.Sealed;
import run.ephemeral.core.cluster.AddedCluster;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.engine.Capacity;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Engines;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.step.Step;

/// Environments on clusters: late images, rollouts that do not end, little capacity.
class ClustersTest {
  private static final ClusterName EAST = new ClusterName("east");
  private static final ClusterName WEST = new ClusterName("west");

  private final Map<ClusterName, Cluster> clusters = new HashMap<>();
  private final Map<ClusterName, Cluster.Room> rooms = new HashMap<>();
  private final World world = new World(EngineKind.KUBERNETES, this::engines);

  /// The clusters that the test configured, all on one engine.
  private Engines engines(Engine engine) {
    return new Engines() {
      @Override
      public Optional<Engine> at(ClusterName cluster) {
        return Optional.of(engine).filter(_ -> clusters.containsKey(cluster));
      }

      @Override
      public List<Cluster> clusters() {
        return List.copyOf(clusters.values());
      }

      @Override
      public List<Cluster> roomy() {
        return clusters().stream()
            .map(cluster -> cluster.with(Optional.ofNullable(rooms.get(cluster.name()))))
            .toList();
      }
    };
  }

  private void cluster(ClusterName name, int room) {
    clusters.put(name, new Cluster(name, EngineKind.KUBERNETES, room, false));
    var now = world.clock.instant();
    world
        .store
        .clusters()
        .add(new AddedCluster(name, Map.of(), new Sealed(""), ClusterSettings.DEFAULT, false, now));
  }

  @AfterEach
  void close() {
    world.close();
  }

  private String reason(Environment environment) {
    var now = world.environments.find(environment.id()).orElseThrow();
    return Sentences.ENGLISH.of(world.reconciler.judge(now).cause());
  }

  private Optional<ClusterName> clusterOf(Environment environment) {
    return world.environments.find(environment.id()).orElseThrow().placement()
            instanceof Placement.On(var cluster, _, _)
        ? Optional.of(cluster)
        : Optional.empty();
  }

  @Test
  void anImageThatComesLateHoldsUpOnlyWhatNeedsIt() throws InterruptedException {
    cluster(EAST, 1);
    var release = Shop.release("w1", "a1");
    world.engine.push("acme/api", release.commit(), "sha256:a1");
    var one = world.createUnbuilt(1, release);
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.BUILDING);
    assertThat(reason(one))
        .startsWith(
            "web waits for its image acme/web with tag %s; it is".formatted(release.commit()));
    assertThat(world.engine.running()).isEqualTo(1);
    assertThat(world.environments.find(one.id()).orElseThrow().settled()).isFalse();
    world.engine.push("acme/web", release.commit(), "sha256:w1");
    world.pass(Duration.ofMinutes(2));
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
    assertThat(world.environments.find(one.id()).orElseThrow().attempts().byStep()).isEmpty();
  }

  @Test
  void aRolloutThatIsStuckIsToldAndReadyOnceItsClusterGetsItReady() throws InterruptedException {
    cluster(EAST, 1);
    var stuck = new AtomicBoolean(true);
    world.engine.failWith(
        step ->
            step instanceof Step.AwaitReady await && await.name().equals(Shop.WEB) && stuck.get()
                ? Optional.of(Fault.user("was not ready within 2 min: exit 1 after 2 s"))
                : Optional.empty());
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.FAILING);
    assertThat(reason(one)).isEqualTo("web was not ready within 2 min: exit 1 after 2 s");
    world.engine.recover(one.id(), Shop.WEB);
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
  }

  @Test
  void environmentsGoWhereThereIsRoomAndWaitWhereThereIsNone() throws InterruptedException {
    cluster(EAST, 2);
    cluster(WEST, 1);
    var all =
        List.of(
            world.create(1, Shop.release("w1", "a1")),
            world.create(2, Shop.release("w2", "a2")),
            world.create(3, Shop.release("w3", "a3")),
            world.create(4, Shop.release("w4", "a4")));
    world.settle();
    assertThat(all.subList(0, 3)).allMatch(one -> world.phase(one) == Phase.READY);
    assertThat(all.stream().map(this::clusterOf))
        .containsExactly(Optional.of(EAST), Optional.of(EAST), Optional.of(WEST), Optional.empty());
    var last = all.getLast();
    assertThat(world.phase(last)).isEqualTo(Phase.QUEUED);
    assertThat(reason(last)).startsWith("waits for room: every cluster that could run it is full");
    assertThat(world.diary(all.getFirst())).contains("runs on cluster `east`");
    var another = world.create(5, Shop.release("w5", "a5"));
    world.settle();
    assertThat(reason(last)).endsWith("it is the first in the queue");
    assertThat(reason(another)).endsWith("one environment is before it in the queue");
    world.environments.want(all.get(2).id(), wanted -> wanted.removed("nobody wants it"));
    world.settle();
    assertThat(world.phase(last)).isEqualTo(Phase.READY);
    assertThat(clusterOf(last)).contains(WEST);
    assertThat(reason(another)).endsWith("it is the first in the queue");
  }

  @Test
  void ofClustersThatTakeAsManyTheOneWhoseNodesHaveMostLeftIsAsked() throws InterruptedException {
    cluster(EAST, 2);
    cluster(WEST, 2);
    rooms.put(EAST, new Cluster.Room(new Capacity(1, 1e9), Capacity.NONE));
    rooms.put(WEST, new Cluster.Room(new Capacity(8, 1e9), Capacity.NONE));
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    assertThat(clusterOf(one)).contains(WEST);
  }

  @Test
  void whatNeverRanIsRemovedWithoutACluster() throws InterruptedException {
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    assertThat(world.phase(one)).isEqualTo(Phase.FAILING);
    assertThat(reason(one)).isEqualTo("no cluster is configured");
    world.environments.want(one.id(), wanted -> wanted.removed("nobody wants it"));
    world.settle();
    assertThat(world.environments.find(one.id())).isEmpty();
    assertThat(world.engine.performed()).isEmpty();
  }

  @Test
  void whatIsOnAClusterThatIsNotConfiguredAnyMoreIsLeftAlone() throws InterruptedException {
    cluster(EAST, 1);
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    clusters.clear();
    cluster(WEST, 1);
    world.environments.want(one.id(), wanted -> wanted.removed("nobody wants it"));
    world.settle();
    assertThat(world.engine.running()).isEqualTo(2);
    assertThat(world.phase(one)).isEqualTo(Phase.REMOVING);
    assertThat(reason(one)).contains("its cluster `east` is not configured here any more");
    cluster(EAST, 1);
    world.pass(Duration.ofMinutes(2));
    world.settle();
    assertThat(world.environments.find(one.id())).isEmpty();
    assertThat(world.engine.running()).isZero();
  }
}
