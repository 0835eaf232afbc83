package run.ephemeral.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Sealed;
import run.ephemeral.core.cluster.AddedCluster;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.cluster.ClusterSettings.PodSecurity;
import run.ephemeral.core.cluster.ClusterSettings.Reach;
import run.ephemeral.core.cluster.Clusters;
import run.ephemeral.core.environment.Environments.Claimant;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.testkit.TestPostgres;

/// Clusters, the images that were found for them, and the cluster that a person chose.
class PostgresClustersTest {
  private static final ClusterName BED = new ClusterName("bed");
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final String url = TestPostgres.database();
  private PostgresStore store;
  private Clusters clusters;

  @BeforeEach
  void open() {
    var server = TestPostgres.server();
    store = PostgresStore.open(url, server.user(), server.password());
    clusters = store.clusters();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static AddedCluster cluster(ClusterSettings settings) {
    return new AddedCluster(BED, Map.of(), new Sealed("x"), settings, false, NOW);
  }

  @Test
  void anInstallationKeepsItsName() {
    var name = clusters.installation();
    assertThat(name).matches("[0-9a-f]{12}");
    close();
    open();
    assertThat(clusters.installation()).isEqualTo(name);
  }

  @Test
  void aClusterIsAddedOnceAndKeepsItsSettingsAndLabels() {
    var settings =
        new ClusterSettings(
            Optional.of(7),
            Reach.DIRECT,
            PodSecurity.BASELINE,
            new ClusterSettings.Sizes("1m", "2Mi", "3Mi", 4),
            new ClusterSettings.Scheduling(
                Map.of("pool", "a"), List.of("gpu:NoSchedule"), Optional.of("p"), Optional.empty()),
            new ClusterSettings.Marks(Map.of("l", "1"), Map.of("a", "2")),
            List.of("10.0.0.0/8"));
    assertThat(clusters.add(cluster(settings))).isTrue();
    assertThat(clusters.add(cluster(ClusterSettings.DEFAULT))).isFalse();
    assertThat(clusters.all()).containsExactly(cluster(settings));
    assertThat(clusters.cordon(BED, true)).isTrue();
    assertThat(clusters.renew(BED, new Sealed("y"))).isTrue();
    assertThat(clusters.all())
        .containsExactly(new AddedCluster(BED, Map.of(), new Sealed("y"), settings, true, NOW));
    var labels = Map.of("region", "eu");
    assertThat(clusters.label(BED, before -> before.isEmpty() ? labels : before)).contains(labels);
    assertThat(clusters.all())
        .containsExactly(new AddedCluster(BED, labels, new Sealed("y"), settings, true, NOW));
    var other = new ClusterName("other");
    assertThat(clusters.label(other, before -> labels)).isEmpty();
    assertThat(clusters.cordon(other, true)).isFalse();
    assertThat(clusters.renew(other, new Sealed("y"))).isFalse();
  }

  @Test
  void aClusterWithEnvironmentsIsNotForgotten() {
    clusters.add(cluster(ClusterSettings.DEFAULT));
    var environments = store.environments();
    var name = new EnvironmentName("one");
    var only = new Placement.Nowhere(Optional.of(new ClusterSelector.Named(BED)));
    var wanted = Wanted.nothingYet(Power.ON, NOW);
    var made = environments.create(name, new AppName("shop"), new Origin.Unknown(), wanted, only);
    assertThat(made.orElseThrow().placement()).isEqualTo(only);
    var lease =
        environments
            .claim(new Claimant("me", Duration.ofMinutes(1), Set.of(BED)))
            .orElseThrow()
            .lease();
    assertThat(environments.place(lease, BED, EngineKind.KUBERNETES, 9)).isPresent();
    assertThat(clusters.remove(BED)).isEqualTo(1);
    assertThat(clusters.all()).hasSize(1);
    environments.remove(lease);
    assertThat(clusters.remove(BED)).isZero();
    assertThat(clusters.all()).isEmpty();
  }

  @Test
  void anImageIsReplacedByTheOneThatItsTagMovedTo() {
    var images = store.images();
    var key = Digest.of("order");
    assertThat(images.find(Set.of(key))).isEmpty();
    assertThat(images.find(Set.of())).isEmpty();
    images.write(key, new Artifact.Image("acme/web", "PR-1", "sha256:1"));
    var moved = new Artifact.Image("acme/web", "PR-1", "sha256:2");
    images.write(key, moved);
    images.write(Digest.of("another"), moved);
    assertThat(images.find(Set.of(key))).isEqualTo(Map.of(key, moved));
  }
}
