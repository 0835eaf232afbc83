package run.ephemeral.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.engine.Capacity;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.plan.PlacementPolicy.Choice;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.spec.ExpireSpec;
import run.ephemeral.core.spec.RemindSpec;
import run.ephemeral.core.spec.SleepSpec;
import run.ephemeral.core.spec.StartSpec;

class PlacementPolicyTest {
  /// Without services it requests nothing.
  private static final AppSpec APP =
      new AppSpec(
          new AppName("shop"),
          Map.of(),
          Map.of(),
          Map.of(),
          StartSpec.DEFAULT,
          new SleepSpec(Optional.empty()),
          new ExpireSpec(Optional.empty()),
          RemindSpec.DEFAULT,
          Map.of(),
          Optional.empty(),
          Optional.empty());

  private static Cluster cluster(String name, int free, double cores) {
    var room = new Cluster.Room(new Capacity(cores, cores), Capacity.NONE);
    return new Cluster(
        new ClusterName(name),
        Map.of("size", name),
        EngineKind.KUBERNETES,
        free,
        false,
        true,
        Optional.of(room));
  }

  private static String chosen(Cluster... clusters) {
    return PlacementPolicy.choose(APP, List.of(clusters), Optional.empty())
            instanceof Choice.Chosen(var cluster)
        ? cluster.name().value()
        : "none";
  }

  @Test
  void theOneThatTakesMostEnvironmentsIsChosenThenTheOneWhoseNodesHaveMostLeft() {
    assertThat(chosen(cluster("a", 3, 9), cluster("b", 4, 1))).isEqualTo("b");
    assertThat(chosen(cluster("a", 3, 1), cluster("b", 3, 9))).isEqualTo("b");
    assertThat(chosen(cluster("b", 3, 1), cluster("a", 3, 1))).isEqualTo("a");
  }

  @Test
  void onlySelectedClustersAreChosen() {
    var all = List.of(cluster("small", 9, 9), cluster("large", 1, 1));
    var large = ClusterSelector.parse("size=large");
    assertThat(PlacementPolicy.choose(APP, all, Optional.of(large)))
        .isEqualTo(new Choice.Chosen(all.getLast()));
    var huge = ClusterSelector.parse("size=huge");
    assertThat(PlacementPolicy.choose(APP, all, Optional.of(huge)))
        .isEqualTo(new Choice.IsUnknown(huge));
  }

  @Test
  void theOneWhoseNodesHaveTooLittleIsChosenLastAndNotLeftOut() {
    assertThat(chosen(cluster("full", 9, -1), cluster("free", 1, 1))).isEqualTo("free");
    assertThat(chosen(cluster("full", 9, -1))).isEqualTo("full");
  }
}
