package run.ephemeral.engine.kubernetes;

import java.util.Optional;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.cluster.ClusterAccess;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.client.Kubeconfig;

/// Connects to clusters by kubeconfig.
public final class KubernetesAccess implements ClusterAccess {
  private final KubernetesEngine.Common common;

  public KubernetesAccess(KubernetesEngine.Common common) {
    this.common = common;
  }

  @Override
  public String only(String kubeconfig, Optional<String> context, boolean trusted) {
    var read = Kubeconfig.read(kubeconfig, context);
    if (!trusted && read.user() instanceof Kubeconfig.User.WithCommand) {
      throw new IllegalArgumentException(
          "the kubeconfig names a program that signs in (`exec`), which is run only from a file of"
              + " the control plane's own disk");
    }
    return Kubeconfig.only(kubeconfig, context);
  }

  @Override
  public String context(String kubeconfig, Optional<String> context) {
    return Kubeconfig.context(kubeconfig, context);
  }

  @Override
  public Check check(String kubeconfig) {
    var read = Kubeconfig.read(kubeconfig, Optional.empty());
    try (var api = new ApiServer(read)) {
      var report = ClusterCheck.of(api);
      return new Check(
          read.server().toString(), report.version(), report.missing(), ClusterCheck.role());
    } catch (ApiException e) {
      throw new FaultException(Fault.external(String.valueOf(e.getMessage()), e), e);
    }
  }

  @Override
  public Connection open(ClusterName name, String kubeconfig, ClusterSettings settings) {
    var api = new ApiServer(Kubeconfig.read(kubeconfig, Optional.empty()));
    var engine = new KubernetesEngine(name, api, settings, common);
    return new Connection(engine, engine.inventory(), engine::close);
  }
}
