package run.ephemeral.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.spec.Fit;
import run.ephemeral.core.spec.SpecProblem;

/// A place where environments can run.
///
/// @param free how many more environments the cluster takes; `Integer.MAX_VALUE`: any number
/// @param labels by which a person may choose it
/// @param cordoned whether the cluster takes no new environments
/// @param databases whether services on the cluster reach the databases of the data server
/// @param room what its nodes have left; empty when that is not known
public record Cluster(
    ClusterName name,
    Map<String, String> labels,
    EngineKind engine,
    int free,
    boolean cordoned,
    boolean databases,
    Optional<Room> room) {
  public Cluster {
    labels = Map.copyOf(labels);
  }

  /// What nodes have left.
  ///
  /// @param usual what a service requests that says nothing
  public record Room(Capacity left, Capacity usual) {}

  /// A cluster without labels, whose services reach databases.
  public Cluster(ClusterName name, EngineKind engine, int free, boolean cordoned) {
    this(name, Map.of(), engine, free, cordoned, true, Optional.empty());
  }

  /// Whether a person selected it.
  ///
  /// @param only empty for any cluster
  public boolean isAmong(Optional<ClusterSelector> only) {
    return only.map(selector -> selector.matches(name, labels)).orElse(true);
  }

  /// What of an app cannot run on the cluster.
  public List<SpecProblem> problems(AppSpec spec) {
    var problems = new ArrayList<>(Fit.problems(spec, engine));
    problems.addAll(missing(spec));
    return problems;
  }

  /// What an app needs that the cluster does not have, apart from what its kind of engine can run.
  public List<SpecProblem> missing(AppSpec spec) {
    return databases
        ? List.of()
        : spec.data().keySet().stream()
            .map(
                data ->
                    new SpecProblem(
                        List.of("data", data.value()),
                        "`%s` is a database, which cluster `%s` does not have"
                            .formatted(data, name)))
            .toList();
  }

  /// This cluster with what its nodes have left.
  public Cluster with(Optional<Room> known) {
    return new Cluster(name, labels, engine, free, cordoned, databases, known);
  }

  /// Whether its nodes have what the services of an app request, as far as is known.
  public boolean hasRoom(AppSpec spec) {
    return room.map(it -> it.left().covers(Capacity.requested(spec, it.usual()))).orElse(true);
  }

  /// The CPU that is left; none when that is not known.
  public double coresLeft() {
    return room.map(it -> it.left().cores()).orElse(0.0);
  }

  public boolean isBounded() {
    return free < Integer.MAX_VALUE;
  }

  /// This cluster with so many more environments on it.
  public Cluster having(int environments) {
    var more = isBounded() ? Math.max(0, free - environments) : free;
    return new Cluster(name, labels, engine, more, cordoned, databases, room);
  }
}
