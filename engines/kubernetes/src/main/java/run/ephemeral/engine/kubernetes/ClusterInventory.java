package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.audit.Claims;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.audit.Thing;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Labels;

/// Lists the namespaces and Deployments of a cluster that have this installation's label.
final class ClusterInventory implements Inventory {
  private static final String NAMESPACES = "/api/v1/namespaces";
  private static final String DEPLOYMENTS = "/apis/apps/v1/deployments";

  private final ClusterName cluster;
  private final ApiServer api;
  private final Labels labels;

  ClusterInventory(ClusterName cluster, ApiServer api, Labels labels) {
    this.cluster = cluster;
    this.api = api;
    this.labels = labels;
  }

  /// A namespace is made for an environment that the table has.
  @Override
  public Claims claims() {
    return Claims.NONE;
  }

  @Override
  public Map<Thing, String> there() {
    try {
      var there = new HashMap<Thing, String>();
      list(NAMESPACES, Thing.Kind.NAMESPACE, there);
      list(DEPLOYMENTS, Thing.Kind.WORKLOAD, there);
      return there;
    } catch (ApiException e) {
      throw new FaultException(
          Fault.external("cluster `%s`: %s".formatted(cluster, e.getMessage()), e), e);
    }
  }

  private void list(String path, Thing.Kind kind, Map<Thing, String> there) {
    for (var object : api.list(path, Map.of("labelSelector", labels.selector()))) {
      // A namespace that is being removed is not there any more.
      Labels.environment(object)
          .filter(_ -> !Namespaces.isTerminating(object))
          .ifPresent(
              environment ->
                  there.put(
                      Thing.of(environment, kind, name(object)),
                      "on cluster %s in %s".formatted(cluster, namespace(object))));
    }
  }

  private static String name(JsonNode object) {
    return object.path("metadata").path("name").asText();
  }

  private static String namespace(JsonNode object) {
    return object.path("metadata").path("namespace").asText(name(object));
  }

  @Override
  public void remove(Thing thing) {
    try {
      switch (thing.kind()) {
        case NAMESPACE -> remove(NAMESPACES, thing);
        case WORKLOAD -> remove(DEPLOYMENTS, thing);
        default -> {}
      }
    } catch (ApiException e) {
      throw new FaultException(
          Fault.external("cluster `%s`: %s".formatted(cluster, e.getMessage()), e), e);
    }
  }

  /// Deletes the object while it has the labels, with its uid as the precondition.
  private void remove(String path, Thing thing) {
    for (var object : api.list(path, Map.of("labelSelector", labels.selector()))) {
      if (name(object).equals(thing.name())
          && Labels.environment(object).equals(thing.environment())) {
        var inside = object.path("metadata").path("namespace").asText();
        var at =
            inside.isEmpty()
                ? path + "/" + thing.name()
                : "/apis/apps/v1/namespaces/%s/deployments/%s".formatted(inside, thing.name());
        api.delete(at, Namespaces.uid(object));
      }
    }
  }
}
