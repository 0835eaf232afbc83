package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.spec.AppName;

/// How many environments may be made, here and on clusters.
class RoomTest {
  private static final Optional<ClusterSelector> EAST = Optional.of(ClusterSelector.parse("east"));
  private static final Optional<ClusterSelector> HERE =
      Optional.of(new ClusterSelector.Named(ClusterName.LOCAL));
  private static final int MOST_HERE = Limits.DEFAULT.environments();
  private static final int MOST_THERE = Limits.DEFAULT.onClusters();

  private final World world = new World();
  private final Room room = new Room(world.environments, Limits.DEFAULT);

  @AfterEach
  void close() {
    world.close();
  }

  private void create(String name, Optional<ClusterSelector> only) {
    var now = world.clock.instant();
    var created =
        world.environments.create(
            new EnvironmentName(name),
            new AppName("shop"),
            new Origin.OfWorkingTree("/shop", "main", "title", "author"),
            Wanted.nothingYet(Power.OFF, now),
            new Placement.Nowhere(only));
    assertThat(created).isPresent();
  }

  @Test
  void eachPlaceHasItsOwnLimitAndWhatMayRunAnywhereCountsForBoth() {
    assertThat(room.left(Optional.empty())).isEqualTo(Math.min(MOST_HERE, MOST_THERE));
    create("there", EAST);
    assertThat(room.left(EAST)).isEqualTo(MOST_THERE - 1);
    assertThat(room.left(HERE)).isEqualTo(MOST_HERE);
    create("anywhere", Optional.empty());
    assertThat(room.left(HERE)).isEqualTo(MOST_HERE - 1);
    assertThat(room.left(Optional.empty())).isEqualTo(MOST_HERE - 1);
    assertThat(room.full(EAST)).contains("environments on clusters");
  }
}
