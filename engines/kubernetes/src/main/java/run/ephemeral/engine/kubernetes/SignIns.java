package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import run.ephemeral.core.artifact.PullSecrets;
import run.ephemeral.core.name.EnvironmentKey;
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

  /// The images of a Deployment.
  static Set<String> images(JsonNode deployment) {
    var images = new HashSet<String>();
    deployment
        .path("spec")
        .path("template")
        .path("spec")
        .path("containers")
        .forEach(container -> images.add(container.path("image").asText()));
    return images;
  }
}
