package run.ephemeral.core.plan;

import static java.util.Comparator.comparing;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.SpecProblem;

/// Chooses the cluster for an environment: of those that a person selected by name or labels, or
/// else of all, and that can run the whole app, the one that takes most more environments, then the
/// one whose nodes have most left. One whose nodes have too little is chosen last, and not left
/// out: it may get more nodes when pods wait for them.
public final class PlacementPolicy {
  private PlacementPolicy() {}

  /// The result of [#choose].
  public sealed interface Choice {
    record Chosen(Cluster cluster) implements Choice {}

    /// Every suitable cluster is full or cordoned.
    record NoRoom() implements Choice {}

    /// No cluster has the selected name or labels.
    record IsUnknown(ClusterSelector selector) implements Choice {}

    /// @param why the problems with the first configured kind of engine; empty when no cluster is
    ///     configured
    record NoneFits(List<SpecProblem> why) implements Choice {
      public NoneFits {
        why = List.copyOf(why);
      }
    }
  }

  /// @param only the selected clusters
  public static Choice choose(AppSpec spec, List<Cluster> all, Optional<ClusterSelector> only) {
    var clusters = all.stream().filter(cluster -> cluster.isAmong(only)).toList();
    if (only.isPresent() && clusters.isEmpty()) {
      return new Choice.IsUnknown(only.get());
    }
    var fitting = clusters.stream().filter(cluster -> cluster.problems(spec).isEmpty()).toList();
    if (fitting.isEmpty()) {
      var first = clusters.stream().min(comparing(Cluster::engine));
      return new Choice.NoneFits(first.map(one -> one.problems(spec)).orElse(List.of()));
    }
    return fitting.stream()
        .filter(cluster -> !cluster.cordoned() && cluster.free() > 0)
        .min(
            comparing((Cluster cluster) -> !cluster.hasRoom(spec))
                .thenComparingInt(cluster -> -cluster.free())
                .thenComparingDouble(cluster -> -cluster.coresLeft())
                .thenComparing(cluster -> cluster.name().value()))
        .<Choice>map(Choice.Chosen::new)
        .orElseGet(Choice.NoRoom::new);
  }
}
