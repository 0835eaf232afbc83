package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.stream.Collectors;
import run.ephemeral.core.artifact.PullSecrets;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Container;
import run.ephemeral.engine.kubernetes.object.Labels;

/// The Secrets by which the kubelet signs in to registries: one for each component, so that two
/// that are applied at once do not replace each other's.
final class SignIns {
  private final ApiServer api;
  private final Container containers;
  private final PullSecrets secrets;

  SignIns(ApiServer api, Container containers, PullSecrets secrets) {
    this.api = api;
    this.containers = containers;
    this.secrets = secrets;
  }

  /// Writes what the registries of these images need, unless the cluster has it.
  void write(EnvironmentKey environment, String component, Set<String> images) {
    var config = secrets.of(images);
    if (config.isEmpty()) {
      return;
    }
    var secret = containers.pullSecret(environment, component, config.get());
    var path = new Paths(environment).core("secrets") + "/" + Container.pullSecret(component);
    var wanted = Namespaces.annotation(secret, Labels.DIGEST);
    var isThere =
        api.get(path).filter(known -> Namespaces.annotation(known, Labels.DIGEST).equals(wanted));
    if (isThere.isEmpty()) {
      api.apply(path, secret);
    }
  }

  /// Writes what the image of a Deployment needs. Other containers are the cluster's own matter.
  void write(EnvironmentKey environment, ComponentName component, JsonNode deployment) {
    var images =
        deployment
            .at("/spec/template/spec/containers")
            .valueStream()
            .filter(container -> container.path("name").asText().equals(component.value()))
            .map(container -> container.path("image").asText())
            .collect(Collectors.toSet());
    write(environment, component.value(), images);
  }
}
