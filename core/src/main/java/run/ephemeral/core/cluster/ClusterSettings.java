package run.ephemeral.core.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a platform team decides for all environments of a cluster.
///
/// @param environments how many the cluster takes at most; empty for any number
/// @param reach how the gateway reaches services
/// @param inside networks that pods do not reach: those of nodes, pods and services
public record ClusterSettings(
    Optional<Integer> environments,
    Reach reach,
    PodSecurity podSecurity,
    Sizes sizes,
    Scheduling scheduling,
    Marks marks,
    List<String> inside) {
  private static final List<String> PRIVATE =
      List.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16");

  public static final ClusterSettings DEFAULT =
      new ClusterSettings(
          Optional.empty(),
          Reach.FORWARD,
          PodSecurity.RESTRICTED,
          new Sizes("50m", "128Mi", "512Mi", 50),
          new Scheduling(Map.of(), List.of(), Optional.empty(), Optional.empty()),
          new Marks(Map.of(), Map.of()),
          PRIVATE);

  public ClusterSettings {
    inside = List.copyOf(inside);
  }

  /// These settings with one more network that pods do not reach.
  public ClusterSettings closedTo(String network) {
    var more = new ArrayList<>(inside);
    more.add(network);
    return new ClusterSettings(environments, reach, podSecurity, sizes, scheduling, marks, more);
  }

  /// How the gateway reaches services.
  public enum Reach {
    /// Through the API server's port-forward, which works from anywhere.
    FORWARD,
    /// At the addresses of pods, which works on a node and inside of the cluster. Elsewhere these
    /// addresses may belong to other machines.
    DIRECT
  }

  /// The Pod Security level that the namespaces enforce.
  public enum PodSecurity {
    RESTRICTED,
    BASELINE
  }

  /// The requests and limits of a container whose service sets none, and the number of pods that a
  /// namespace may have. Kubernetes' own notation, such as `50m` and `128Mi`.
  public record Sizes(String requestCpu, String requestMemory, String limitMemory, int pods) {}

  /// On which nodes pods run.
  ///
  /// @param tolerations as `KEY[=VALUE][:EFFECT]`
  public record Scheduling(
      Map<String, String> nodeSelector,
      List<String> tolerations,
      Optional<String> priorityClass,
      Optional<String> runtimeClass) {
    public Scheduling {
      nodeSelector = Map.copyOf(nodeSelector);
      tolerations = List.copyOf(tolerations);
    }
  }

  /// Labels and annotations of namespaces and pods, besides ours.
  public record Marks(Map<String, String> labels, Map<String, String> annotations) {
    public Marks {
      labels = Map.copyOf(labels);
      annotations = Map.copyOf(annotations);
    }
  }
}
