package run.ephemeral.server;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.Sealed;
import run.ephemeral.core.cluster.AddedCluster;
import run.ephemeral.core.cluster.ClusterAccess;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.cluster.Clusters;
import run.ephemeral.core.cluster.Finding;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;

/// Adds clusters to the installation, and removes them.
public final class ClusterAdmin {
  private static final int MOST_LABELS = 50;

  private final Clusters clusters;
  private final ClusterEngines engines;
  private final ClusterAccess access;
  private final Secrets secrets;
  private final Environments environments;
  private final InstantSource clock;

  ClusterAdmin(
      Clusters clusters,
      ClusterEngines engines,
      ClusterAccess access,
      Secrets secrets,
      Environments environments,
      InstantSource clock) {
    this.clusters = clusters;
    this.engines = engines;
    this.access = access;
    this.secrets = secrets;
    this.environments = environments;
    this.clock = clock;
  }

  public List<AddedCluster> all() {
    return clusters.all();
  }

  /// Whether environments can be placed there at all.
  public boolean has(ClusterSelector selector) {
    return selector.isHere()
        || clusters.all().stream()
            .anyMatch(cluster -> selector.matches(cluster.name(), cluster.labels()));
  }

  /// How many environments are on a cluster.
  public int environments(ClusterName name) {
    return environments.placed().getOrDefault(name, 0);
  }

  /// Why a cluster cannot be used at all.
  public Optional<String> problem(ClusterName name) {
    return Optional.ofNullable(engines.problems().get(name));
  }

  /// Adds a cluster once it answers and lets us do what the engine does.
  ///
  /// @param kubeconfig empty for the file of the control plane's own disk
  public AddedCluster add(
      ClusterName name,
      Optional<String> kubeconfig,
      Optional<String> context,
      ClusterSettings settings) {
    if (name.equals(ClusterName.LOCAL)) {
      throw new FaultException(Fault.user("`local` is this machine; choose another name"));
    }
    var stored = usable(name, kubeconfig, context);
    var added = new AddedCluster(name, Map.of(), stored, settings, false, clock.instant());
    if (!clusters.add(added)) {
      throw new FaultException(
          Fault.user(
              "there is a cluster `%s` already; to replace its credentials: cluster renew %s"
                  .formatted(name, name)));
    }
    engines.reload();
    return added;
  }

  /// Replaces the credentials of a cluster.
  ///
  /// @return false when there is no such cluster
  public boolean renew(ClusterName name, Optional<String> kubeconfig, Optional<String> context) {
    var isKnown = clusters.renew(name, usable(name, kubeconfig, context));
    engines.reload();
    environments.wakeAll();
    return isKnown;
  }

  /// @return what is stored: the kubeconfig, or the context of the file on this disk
  private Sealed usable(ClusterName name, Optional<String> kubeconfig, Optional<String> context) {
    var text = kubeconfig.orElseGet(() -> engines.file(name));
    var only = access.only(text, context, kubeconfig.isEmpty());
    var check = access.check(only);
    if (!check.missing().isEmpty()) {
      throw new FaultException(
          Fault.user(
              "the credentials may not: %s. This grants it:\n%s"
                  .formatted(String.join(", ", check.missing()), check.grant())));
    }
    return secrets.seal(
        kubeconfig.isPresent() ? only : ClusterEngines.ON_DISK + access.context(text, context));
  }

  /// Asks a cluster again.
  public ClusterAccess.Check check(AddedCluster cluster) {
    return access.check(engines.kubeconfig(cluster));
  }

  /// Examines a cluster, with pods of this image.
  public List<Finding> examine(AddedCluster cluster, String image) throws InterruptedException {
    return access.examine(engines.kubeconfig(cluster), cluster.settings(), image);
  }

  /// @return false when there is no such cluster
  public boolean cordon(ClusterName name, boolean cordoned) {
    var isKnown = clusters.cordon(name, cordoned);
    engines.reload();
    if (!cordoned) {
      environments.wakeAll();
    }
    return isKnown;
  }

  /// Sets and removes labels of a cluster; others stay.
  public void label(ClusterName name, Map<String, String> set, Set<String> remove) {
    set.forEach(ClusterSelector::checkLabel);
    set.keySet().forEach(ClusterSelector::checkFree);
    remove.forEach(ClusterSelector::checkKey);
    for (var key : remove) {
      if (set.containsKey(key)) {
        throw new FaultException(
            Fault.user("the label `%s` cannot be set and removed at once".formatted(key)));
      }
    }
    clusters.label(name, before -> labelled(before, set, remove));
    // Wakes what looks for a cluster.
    engines.reload();
  }

  private static Map<String, String> labelled(
      Map<String, String> before, Map<String, String> set, Set<String> remove) {
    var labels = new TreeMap<>(before);
    remove.forEach(labels::remove);
    labels.putAll(set);
    if (labels.size() > MOST_LABELS) {
      throw new FaultException(
          Fault.user("a cluster has at most %d labels".formatted(MOST_LABELS)));
    }
    return labels;
  }

  /// Forgets a cluster that has no environments.
  ///
  /// @param abandon also one that has, such as a cluster that exists no more: whatever runs there
  ///     is left, and its environments can be destroyed
  public void remove(ClusterName name, boolean abandon) {
    var placed = abandon ? clusters.abandon(name) : clusters.remove(name);
    if (placed > 0 && !abandon) {
      throw new FaultException(
          Fault.user(
              "environments are on `%s` (%d); destroy them first, or, if the cluster exists no"
                      .formatted(name, placed)
                  + " more: cluster remove %s --abandon".formatted(name)));
    }
    engines.reload();
    environments.wakeAll();
  }
}
