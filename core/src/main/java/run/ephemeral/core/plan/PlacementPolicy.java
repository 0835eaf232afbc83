package run.ephemeral.core.plan;

import static java.util.Comparator.comparingInt;
import static java.util.Comparator.naturalOrder;

import java.util.List;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.Fit;
import run.ephemeral.core.spec.SpecProblem;

/// Chooses the cluster for an environment: of those that can run the whole app, the one with the
/// most free capacity.
public final class PlacementPolicy {
  private PlacementPolicy() {}

  /// The result of [#choose].
  public sealed interface Choice {
    record Chosen(Cluster cluster) implements Choice {}

    /// Every suitable cluster is full or cordoned.
    record NoRoom() implements Choice {}

    /// @param why the problems with the first configured kind of engine; empty when no cluster is
    ///     configured
    record NoneFits(List<SpecProblem> why) implements Choice {
      public NoneFits {
        why = List.copyOf(why);
      }
    }
  }

  public static Choice choose(AppSpec spec, List<Cluster> clusters) {
    var fitting =
        clusters.stream()
            .filter(cluster -> Fit.problems(spec, cluster.engine()).isEmpty())
            .toList();
    if (fitting.isEmpty()) {
      var kind = clusters.stream().map(Cluster::engine).min(naturalOrder());
      return new Choice.NoneFits(kind.map(first -> Fit.problems(spec, first)).orElse(List.of()));
    }
    return fitting.stream()
        .filter(cluster -> !cluster.cordoned() && cluster.free() > 0)
        .min(
            comparingInt((Cluster cluster) -> -cluster.free()).thenComparing(c -> c.name().value()))
        .<Choice>map(Choice.Chosen::new)
        .orElseGet(Choice.NoRoom::new);
  }
}
