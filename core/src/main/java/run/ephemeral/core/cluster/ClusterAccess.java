package run.ephemeral.core.cluster;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.artifact.Platforms;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Nodes;
import run.ephemeral.core.name.ClusterName;

/// Port: connects to Kubernetes clusters.
public interface ClusterAccess {
  /// Reduces a kubeconfig to one context.
  ///
  /// @param context empty for the file's current one
  /// @param trusted whether it may name programs that sign in
  /// @throws IllegalArgumentException with a sentence for people when it cannot be used
  String only(String kubeconfig, Optional<String> context, boolean trusted);

  /// The name of the context that [#only] chooses.
  String context(String kubeconfig, Optional<String> context);

  /// Asks an API server for its version and for the rights of the credentials.
  ///
  /// @throws run.ephemeral.core.FaultException EXTERNAL when it does not answer
  Check check(String kubeconfig);

  /// Examines a cluster, for up to a few minutes: pods run there meanwhile.
  ///
  /// @param image with the programs of busybox, for these pods
  /// @throws run.ephemeral.core.FaultException EXTERNAL when it does not answer
  List<Finding> examine(String kubeconfig, ClusterSettings settings, String image)
      throws InterruptedException;

  /// Connects to a cluster, without asking it anything.
  ///
  /// @throws IllegalArgumentException when the kubeconfig cannot be used
  Connection open(ClusterName name, String kubeconfig, ClusterSettings settings);

  /// @param server its address
  /// @param version such as `v1.34.4`
  /// @param missing what the credentials may not do and the engine does, such as `create pods`
  /// @param troubles what is wrong with the cluster for everybody, each with what to do
  /// @param grant the YAML that grants everything
  record Check(
      String server, String version, List<String> missing, List<String> troubles, String grant) {
    public Check {
      missing = List.copyOf(missing);
      troubles = List.copyOf(troubles);
    }
  }

  /// A connection to one cluster.
  ///
  /// @param inventory of what this installation has there
  /// @param platforms of its nodes
  record Connection(
      Engine engine, Inventory inventory, Platforms platforms, Nodes nodes, Runnable closing) {}
}
