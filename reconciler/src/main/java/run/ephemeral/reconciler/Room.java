package run.ephemeral.reconciler;

import java.util.Optional;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.policy.Limits;

/// How many environments may still be made.
public record Room(Environments environments, Limits limits) {
  /// @param only the clusters that a person selected for them; empty for any
  int left(Optional<ClusterSelector> only) {
    var all = environments.all();
    var onClusters = all.stream().filter(Room::isRemote).count();
    var room = limits.onClusters() - onClusters;
    var isHere = only.filter(ClusterSelector::isHere).isPresent();
    var here = limits.environments() - (all.size() - onClusters);
    var left = isRemote(only) ? room : isHere ? here : Math.min(here, room);
    return Math.toIntExact(left);
  }

  private int most(boolean remote) {
    return remote ? limits.onClusters() : limits.environments();
  }

  private static boolean isRemote(Environment environment) {
    return switch (environment.placement()) {
      case Placement.On(var cluster, _, _) -> !cluster.equals(ClusterName.LOCAL);
      case Placement.Nowhere(var only) -> isRemote(only);
    };
  }

  private static boolean isRemote(Optional<ClusterSelector> only) {
    return only.filter(selector -> !selector.isHere()).isPresent();
  }

  /// The message when none may be created.
  String full(Optional<ClusterSelector> only) {
    return "there are %d environments%s, which is the limit until one is destroyed"
        .formatted(most(isRemote(only)), isRemote(only) ? " on clusters" : "");
  }
}
