package run.ephemeral.engine.kubernetes;

import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.engine.kubernetes.client.ApiException;

/// What people are told about an answer of the API server that is no success.
final class ClusterFault {
  private ClusterFault() {}

  static Fault of(ApiException e) {
    if (e.isConflict()) {
      return Fault.external(
          "somebody else changed it on the cluster at the same time; it is looked at again", e);
    }
    return e.isRefused()
        ? Fault.user("the cluster refuses it: " + e.getMessage())
        : Fault.external("the cluster: " + e.getMessage(), e);
  }

  static FaultException thrown(ApiException e) {
    return new FaultException(of(e), e);
  }
}
