package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import run.ephemeral.core.Digest;
import run.ephemeral.core.engine.Workload;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Labels;

/// Reads what a namespace has: Deployments, Services and pods.
///
/// @param api the cluster
record Observation(ApiServer api, Labels labels) {
  /// The digest of a workload that has to be applied anew.
  private static final Digest NOTHING = Digest.of("nothing");

  /// What stands before the reason, with a name that nobody has seen.
  private static final Pattern FORBIDDEN = Pattern.compile("^pods \"[^\"]*\" is forbidden: ");

  /// @param ready where the gateway reaches the services that have a ready pod
  record Found(
      Map<ComponentName, Workload> workloads, Map<ComponentName, Lines.Destination> ready) {}

  Found of(EnvironmentKey environment) {
    var paths = new Paths(environment);
    var query = Map.of("labelSelector", labels.selector());
    var pods = Pods.of(api.list(paths.core("pods"), query));
    var services = byComponent(environment, api.list(paths.core("services"), query));
    var workloads = new HashMap<ComponentName, Workload>();
    byComponent(environment, api.list(paths.deployments(), query))
        .forEach(
            (name, deployment) ->
                workloads.put(name, workload(name, deployment, services.containsKey(name), pods)));
    return new Found(workloads, destinations(environment, workloads, services, pods));
  }

  /// What somebody else put there, with our labels or not, is left out.
  private Map<ComponentName, JsonNode> byComponent(EnvironmentKey environment, JsonNode items) {
    var named = new HashMap<ComponentName, JsonNode>();
    for (var item : items) {
      var name = item.path("metadata").path("name").asText();
      if (labels.isOurs(item, environment.id()) && ComponentName.isName(name)) {
        named.put(new ComponentName(name), item);
      }
    }
    return named;
  }

  /// A service without a ready pod gets no visitors: the gateway holds them.
  private static Map<ComponentName, Lines.Destination> destinations(
      EnvironmentKey environment,
      Map<ComponentName, Workload> workloads,
      Map<ComponentName, JsonNode> services,
      Pods pods) {
    var ready = new HashMap<ComponentName, Lines.Destination>();
    workloads.forEach(
        (name, workload) -> {
          var spec = services.getOrDefault(name, MissingNode.getInstance()).path("spec");
          var ports = spec.path("ports");
          var serves = !workload.asleep() && workload.ready() + workload.older() > 0;
          if (serves && !ports.isEmpty()) {
            ready.put(
                name,
                new Lines.Destination(
                    environment,
                    pods.ready(name),
                    ports.path(ports.size() - 1).path("port").asInt()));
          }
        });
    return ready;
  }

  /// Why the cluster makes no pods: a quota, a missing priority class.
  private static Optional<String> noPods(JsonNode deployment) {
    return Conditions.find(deployment, "ReplicaFailure")
        .map(PodTrouble::message)
        .map(said -> FORBIDDEN.matcher(said).replaceFirst(""))
        .map(why -> "the cluster makes no pod: " + why);
  }

  private static Workload workload(
      ComponentName name, JsonNode deployment, boolean hasService, Pods pods) {
    var annotated = Namespaces.annotation(deployment, Labels.DIGEST);
    var applied = new Digest(Digest.isHex(annotated) ? annotated : NOTHING.hex());
    var wanted = deployment.path("spec").path("replicas").asInt();
    return new Workload(
        hasService ? applied : NOTHING,
        wanted == 0,
        wanted,
        pods.ready(name, applied),
        pods.older(name, applied),
        wanted == 0 ? Optional.empty() : pods.trouble(name, applied).or(() -> noPods(deployment)));
  }
}
