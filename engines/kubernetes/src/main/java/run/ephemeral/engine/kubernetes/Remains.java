package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;

/// Says what keeps a namespace that is being removed, and what to do about it.
///
/// The namespace controller names the kinds that remain, in a message only. Their objects are
/// listed as far as the credentials allow it. Nothing is forced: a finalizer may guard something
/// outside of the cluster.
record Remains(ApiServer api) {
  private static final int MOST = 3;
  private static final String PODS = "pods";

  /// A kind in the controller's message, such as `configmaps.` or `deployments.apps`.
  private static final Pattern KIND =
      Pattern.compile("([a-z0-9-]+)\\.([a-z0-9.-]*) has [0-9]+ resource instances");

  /// @return never empty
  String of(JsonNode namespace) {
    if (condition(namespace, "NamespaceDeletionDiscoveryFailure").isPresent()) {
      var troubles = ClusterCheck.troubles(api);
      return troubles.isEmpty()
          ? "an API service of the cluster did not answer; it does now, and the cluster goes on"
              + " soon"
          : String.join("; ", troubles);
    }
    var name = namespace.at("/metadata/name").asText();
    var all = new ArrayList<String>();
    stuck("namespace " + name, "", namespace).ifPresent(all::add);
    // While pods end, the controller says that nothing remains.
    all.addAll(objects(name, PODS, ""));
    condition(namespace, "NamespaceContentRemaining")
        .ifPresent(
            message ->
                KIND.matcher(message)
                    .results()
                    .filter(kind -> !kind.group(1).equals(PODS))
                    .forEach(kind -> all.addAll(objects(name, kind.group(1), kind.group(2)))));
    if (all.isEmpty()) {
      var said = Conditions.of(namespace).map(condition -> condition.path("message").asText());
      var why = String.join("; ", said.toList());
      return (why.isEmpty() ? "the cluster has not said why" : why)
          + "; more: kubectl get namespace %s -o yaml".formatted(name);
    }
    var shown = String.join("; ", all.subList(0, Math.min(MOST, all.size())));
    return all.size() > MOST ? shown + "; and %d more".formatted(all.size() - MOST) : shown;
  }

  private static Optional<String> condition(JsonNode namespace, String type) {
    return Conditions.find(namespace, type).map(found -> found.path("message").asText());
  }

  private List<String> objects(String namespace, String kind, String group) {
    var all = new ArrayList<String>();
    try {
      var root = group.isEmpty() ? "/api/v1" : "/apis/" + preferred(group);
      var path = "%s/namespaces/%s/%s".formatted(root, namespace, kind);
      for (var object : api.list(path, Map.of("limit", "100"))) {
        all.add(object(namespace, kind, object));
      }
    } catch (ApiException e) {
      all.add("objects of the kind `%s` remain".formatted(kind));
    }
    return all;
  }

  private String preferred(String group) {
    return api.collection("/apis/" + group, Map.of()).at("/preferredVersion/groupVersion").asText();
  }

  private static String object(String namespace, String kind, JsonNode object) {
    var name = kind + " " + object.at("/metadata/name").asText();
    var node = object.at("/spec/nodeName").asText();
    return stuck(name, "-n " + namespace + " ", object)
        .or(() -> node.isEmpty() ? Optional.empty() : Optional.of(ends(name, node, object)))
        .orElseGet(() -> "`%s` is not deleted yet".formatted(name));
  }

  private static Optional<String> stuck(String name, String where, JsonNode object) {
    var finalizers = new ArrayList<String>();
    object.at("/metadata/finalizers").forEach(each -> finalizers.add(each.asText()));
    return finalizers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ("`%s` has the finalizer `%s`, and stays until whoever set it removes it; if nobody"
                    + " does any more: kubectl %spatch %s --type=merge"
                    + " -p '{\"metadata\":{\"finalizers\":null}}'")
                .formatted(name, String.join("`, `", finalizers), where, name));
  }

  /// A pod is gone once the kubelet of its node says so.
  private static String ends(String name, String node, JsonNode pod) {
    var until = pod.at("/metadata/deletionTimestamp").asText();
    return isLater(until)
        ? "`%s` may take until %s to end".formatted(name, until)
        : "`%s` waits for its node `%s`, which has not ended it; if that node is gone for good:"
                .formatted(name, node)
            + " kubectl delete node "
            + node;
  }

  private static boolean isLater(String time) {
    try {
      return Instant.parse(time).isAfter(Instant.now());
    } catch (DateTimeException e) {
      return false;
    }
  }
}
