package run.ephemeral.engine.kubernetes;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.cluster.ClusterAccess;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.cluster.Finding;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.client.Kubeconfig;
import run.ephemeral.engine.kubernetes.object.Labels;

/// Connects to clusters by kubeconfig.
public final class KubernetesAccess implements ClusterAccess {
  private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  private final KubernetesEngine.Common common;

  public KubernetesAccess(KubernetesEngine.Common common) {
    this.common = common;
  }

  @Override
  public String only(String kubeconfig, Optional<String> context, boolean trusted) {
    var read = Kubeconfig.read(kubeconfig, context);
    if (!trusted && read.user().isOfDisk()) {
      throw new IllegalArgumentException(
          "the kubeconfig names a program that signs in (`exec`) or a `tokenFile`, which is used"
              + " only from a file of the control plane's own disk (`--on-server`)");
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
          read.server().toString(),
          report.version(),
          report.missing(),
          report.troubles(),
          ClusterCheck.role());
    } catch (ApiException e) {
      throw new FaultException(Fault.external(String.valueOf(e.getMessage()), e), e);
    }
  }

  @Override
  public List<Finding> examine(String kubeconfig, ClusterSettings settings, String image)
      throws InterruptedException {
    var read = Kubeconfig.read(kubeconfig, Optional.empty());
    try (var api = new ApiServer(read)) {
      var labels = new Labels(common.installation());
      var trial = new PolicyTrial(api, labels, closed(settings, read), image);
      return new ClusterExamination(api, trial).run();
    } catch (ApiException e) {
      throw new FaultException(Fault.external(String.valueOf(e.getMessage()), e), e);
    }
  }

  /// Pods do not reach the API server either, where its address is known.
  private static ClusterSettings closed(ClusterSettings settings, Kubeconfig kubeconfig) {
    var host = kubeconfig.server().getHost();
    return ADDRESS.matcher(host).matches() ? settings.closedTo(host + "/32") : settings;
  }

  @Override
  public Connection open(ClusterName name, String kubeconfig, ClusterSettings settings) {
    var read = Kubeconfig.read(kubeconfig, Optional.empty());
    var api = new ApiServer(read);
    var engine = new KubernetesEngine(name, api, closed(settings, read), common);
    var platforms = new NodePlatforms(api, settings.scheduling().nodeSelector());
    var nodes = new NodeCapacity(api, settings.scheduling());
    return new Connection(engine, engine.inventory(), platforms, nodes, engine::close);
  }
}
