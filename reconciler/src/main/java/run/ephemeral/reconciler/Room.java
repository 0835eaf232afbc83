package run.ephemeral.reconciler;

import java.util.Optional;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.policy.Limits;

/// How many environments may still be made.
public record Room(Environments environments, Limits limits) {
  /// @param only the clusters that a person selected for them; empty for any
  int left(Optional<ClusterSelector> only) {
    var onClusters = 0;
    var onThisMachine = 0;
    // Asked first: one that is placed meanwhile is counted twice, rather than not at all.
    for (var unplaced : environments.unplaced().entrySet()) {
      var isForClusters = isRemote(unplaced.getKey());
      onThisMachine += isForClusters ? 0 : unplaced.getValue();
      onClusters += isForClusters ? unplaced.getValue() : 0;
    }
    for (var placed : environments.placed().entrySet()) {
      var isLocal = placed.getKey().equals(ClusterName.LOCAL);
      onThisMachine += isLocal ? placed.getValue() : 0;
      onClusters += isLocal ? 0 : placed.getValue();
    }
    var room = limits.onClusters() - onClusters;
    var isHere = only.filter(ClusterSelector::isHere).isPresent();
    var here = limits.environments() - onThisMachine;
    return isRemote(only) ? room : isHere ? here : Math.min(here, room);
  }

  private int most(boolean remote) {
    return remote ? limits.onClusters() : limits.environments();
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
