package run.ephemeral.engine.kubernetes;

import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;

/// Where the API server has the objects of an environment.
record Paths(EnvironmentKey environment) {
  String namespace() {
    return "/api/v1/namespaces/" + environment.name();
  }

  /// A collection of the core group, such as `pods`.
  String core(String kind) {
    return namespace() + "/" + kind;
  }

  String deployments() {
    return "/apis/apps/v1/namespaces/" + environment.name() + "/deployments";
  }

  String deployment(ComponentName component) {
    return deployments() + "/" + component;
  }

  String service(ComponentName component) {
    return core("services") + "/" + component;
  }

  String networkPolicy() {
    return "/apis/networking.k8s.io/v1/namespaces/"
        + environment.name()
        + "/networkpolicies/environment";
  }
}
