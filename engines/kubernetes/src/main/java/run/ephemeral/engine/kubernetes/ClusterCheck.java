package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import run.ephemeral.engine.kubernetes.client.ApiServer;

/// Asks an API server for its version, whether the credentials may do what the engine does, and
/// whether something is wrong for everybody.
public final class ClusterCheck {
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

  /// The verbs that the engine uses of each resource, as `resource[/sub][.group]`.
  private static final Map<String, List<String>> USED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("namespaces", List.of("get", "list", "create", "patch", "delete")),
              Map.entry("serviceaccounts", List.of("get")),
              Map.entry("limitranges", List.of("create", "patch")),
              Map.entry("resourcequotas", List.of("create", "patch")),
              Map.entry("secrets", List.of("get", "create", "patch", "delete")),
              Map.entry("services", List.of("get", "list", "create", "patch", "delete")),
              Map.entry("pods", List.of("get", "list", "watch", "create", "delete")),
              Map.entry("pods/log", List.of("get")),
              Map.entry("pods/exec", List.of("get", "create")),
              Map.entry("pods/portforward", List.of("get", "create")),
              Map.entry("deployments.apps", List.of("get", "list", "create", "patch", "delete")),
              Map.entry("networkpolicies.networking.k8s.io", List.of("create", "patch"))));

  /// Rights that only make failures clearer, and are not missed otherwise: a service whose probe
  /// fails, an image without the platform of the nodes.
  private static final Map<String, List<String>> USEFUL =
      new TreeMap<>(Map.of("events", List.of("list"), "nodes", List.of("list")));

  private ClusterCheck() {}

  /// @param version such as `v1.34.4`
  /// @param missing what the credentials may not do, such as `create namespaces`
  /// @param troubles see [#troubles]
  public record Report(String version, List<String> missing, List<String> troubles) {
    public Report {
      missing = List.copyOf(missing);
      troubles = List.copyOf(troubles);
    }
  }

  /// @throws run.ephemeral.engine.kubernetes.client.ApiException when the cluster does not answer
  public static Report of(ApiServer api) {
    var version = api.collection("/version", Map.of()).path("gitVersion").asText();
    var missing = new ArrayList<String>();
    USED.forEach(
        (resource, verbs) -> {
          for (var verb : verbs) {
            if (!may(api, verb, resource)) {
              missing.add(verb + " " + resource);
            }
          }
        });
    return new Report(version, missing, troubles(api));
  }

  /// What is wrong with the cluster for everybody, and what to do.
  ///
  /// An API service whose server does not answer keeps each namespace from being removed: the
  /// namespace controller cannot know what else is in it.
  static List<String> troubles(ApiServer api) {
    var troubles = new ArrayList<String>();
    for (var group : api.groups().path("items")) {
      for (var version : group.path("versions")) {
        if (version.path("freshness").asText().equals("Stale")) {
          var name = version.path("version").asText() + "." + group.at("/metadata/name").asText();
          troubles.add(
              ("API service `%s` does not answer, and until it does, no namespace of the cluster"
                      + " can be removed; mend it, or, if nobody needs it: kubectl delete"
                      + " apiservice %s")
                  .formatted(name, name));
        }
      }
    }
    return troubles;
  }

  private static boolean may(ApiServer api, String verb, String used) {
    var group = used.contains(".") ? used.substring(used.indexOf('.') + 1) : "";
    var resource = used.replaceFirst("\\..*", "").split("/", 2);
    var review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
    var attributes = review.withObject("spec").withObject("resourceAttributes");
    attributes.put("verb", verb).put("group", group).put("resource", resource[0]);
    if (resource.length > 1) {
      attributes.put("subresource", resource[1]);
    }
    return api.create(REVIEWS, review).path("status").path("allowed").asBoolean();
  }

  /// The ClusterRole that grants everything.
  public static String role() {
    var yaml = new StringBuilder();
    yaml.append("# After kubectl apply -f: kubectl create clusterrolebinding ephemeral-run \\\n");
    yaml.append(
        "#   --clusterrole=ephemeral-run --serviceaccount=NAMESPACE:NAME (or --user=NAME)\n");
    yaml.append("apiVersion: rbac.authorization.k8s.io/v1\n");
    yaml.append("kind: ClusterRole\nmetadata:\n  name: ephemeral-run\nrules:\n");
    USED.forEach((used, verbs) -> yaml.append(rule(used, verbs)));
    USEFUL.forEach((used, verbs) -> yaml.append(rule(used, verbs)));
    return yaml.toString();
  }

  private static String rule(String used, List<String> verbs) {
    var group = used.contains(".") ? used.substring(used.indexOf('.') + 1) : "\"\"";
    var resource = used.replaceFirst("\\..*", "");
    return """
      - apiGroups: [%s]
        resources: [%s]
        verbs: [%s]
    """
        .formatted(group, resource, String.join(", ", new TreeSet<>(verbs)));
  }
}
